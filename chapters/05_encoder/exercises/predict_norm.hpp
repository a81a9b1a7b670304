// Predict, then run: what does layer normalization give?
//
// Write your predictions into predict_norm.cpp, then run: the check computes the answers with the
// chapter's own norm (gain 1, bias 0; forget the tiny epsilon). Three digits are enough.
#pragma once

namespace transformer {

/// The first number of LayerNorm([3, 3, 1, 1]).
double predicted_two_and_two();

/// The first number of LayerNorm([100, 0, 0, 0]).
double predicted_hundred();

/// The largest number of the norm of a row of 512 numbers: one 1 and else zeros.
double predicted_one_of_512();

/// The first number of LayerNorm([7, 7, 7, 7]).
double predicted_constant();

/// The sum of dx over a row of four, where dy = [1, 2, 3, 4].
double predicted_sum_of_gradient();

}  // namespace transformer
