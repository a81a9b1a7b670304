// Predict, then run: what changes a weight?
//
// A query has the scores 2, 1 and -1 for three keys; their weights are 0.705, 0.259 and 0.035. So
// the first weight is 2.718 times the second, which is e. Write down what you expect, as the return
// values of four functions in predict_weights.cpp; two decimals are enough.
#pragma once

namespace transformer {

/// The first weight, when 5 is added to all three scores.
double predicted_after_adding_5_to_all_scores();

/// The first weight, when all three values are doubled.
double predicted_after_doubling_all_values();

/// The first weight divided by the second, when all three keys are doubled.
double predicted_ratio_after_doubling_all_keys();

/// The first weight, when a fourth key stands there that is the same as the first.
double predicted_with_the_first_key_twice();

}  // namespace transformer
