// Write it: the gradient of layer normalisation.
//
// With xhat = (x - mean) / deviation and y = gain * xhat + bias, let g = gain * dy. In each row
//   dx_c = (g_c - mean of all g - xhat_c * mean of all (g * xhat)) / deviation:
// the first term is x's own way to xhat, the second its way through the mean, the third that
// through the deviation. `exercise_layer_norm_backward` should compute it. Numeric differences are
// the judge.
#pragma once

#include "src/tensor/tensor.hpp"

namespace transformer {

/// dx of y = gain * (x - mean) / sqrt(variance + epsilon) + bias, row by row; epsilon = 1e-5.
/// x and dy are (n_tokens, d_model), gain is (1, d_model).
Matrix exercise_layer_norm_backward(const Matrix& x, const Matrix& gain, const Matrix& dy);

}  // namespace transformer
