// Write: the gradient of layer normalization.
//
// Given is dy, how the loss changes with each number of y = LayerNorm(x). What is dx? Derive it, or
// follow the page's four steps, and write the loops. Numeric differences are the judge.
#pragma once

#include "src/tensor/tensor.hpp"

namespace transformer {

/// dx of y = gain * (x - mean) / sqrt(variance + epsilon) + bias, row by row; epsilon = 0.00001.
/// x and dy are (n_tokens, d_model), gain is (1, d_model).
Matrix exercise_layer_norm_backward(const Matrix& x, const Matrix& gain, const Matrix& dy);

}  // namespace transformer
