// chrF (Popovic 2015, "chrF: character n-gram F-score for automatic MT evaluation"), as sacreBLEU
// computes it.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace transformer {

/// How the score below is made, in sacreBLEU's words.
inline constexpr std::string_view chrf_signature = "nrefs:1|case:mixed|eff:yes|nc:6|nw:0|space:no";

/// chrF2 of a corpus, 0 to 100. With precision P and recall R of character n-grams, each the mean
/// of those for n = 1 to 6 that both sides have, and spaces left out,
///   chrF2 = 100 (1 + 2^2) P R / (2^2 P + R).
/// Throws Error (bad_data) as `require_corpus` does.
double chrf(std::span<const std::string> hypotheses, std::span<const std::string> references);

}  // namespace transformer
