// Write it: the clipped n-gram precision, the heart of BLEU.
//
// How many n-grams of the hypothesis does the reference have, too? Each n-gram of the reference may
// be matched only once: else "the the the the the the the" would be perfect beside "the cat is on
// the mat" (Papineni et al. 2002, section 2.1), where two of seven words match. Cross out what was
// matched.
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
