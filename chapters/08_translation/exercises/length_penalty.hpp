// Write: the length penalty of beam search.
//
// A longer translation has a smaller probability, because every further word multiplies it by a
// number below 1. So finished hypotheses are compared by log probability / ((5 + length) / 6)^alpha
// (Wu et al. 2016, equation 14; the paper takes alpha = 0.6, section 6.1), where the length counts
// the end mark. `exercise_best` should give the number of the best hypothesis, the first of equally
// good ones.
#pragma once

#include <span>

#include "src/base/index.hpp"

namespace transformer {

struct Finished {
  double log_probability;
  Index length;  ///< In tokens, the end mark included; at least 1.
};

/// log_probability / ((5 + length) / 6)^alpha.
double exercise_score(const Finished& hypothesis, double alpha);

/// The place of the hypothesis with the highest score.
size_t exercise_best(std::span<const Finished> hypotheses, double alpha);

}  // namespace transformer
