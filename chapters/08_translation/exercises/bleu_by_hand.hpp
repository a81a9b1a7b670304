// Write: the matches of BLEU.
//
// How many n-grams of the hypothesis does the reference have, too? "the the the the the the the" is
// no good translation where the reference is "the cat is on the mat" (Papineni et al. 2002, section
// 2.1): two of its seven words match there, and not seven.
#pragma once

#include <string>
#include <vector>

#include "src/base/index.hpp"

namespace transformer {

using Words = std::vector<std::string>;

/// How many n-grams (n words in a row) of the hypothesis are matched, each n-gram at most as often
/// as the reference has it.
Index exercise_clipped_matches(const Words& hypothesis, const Words& reference, size_t n);

}  // namespace transformer
