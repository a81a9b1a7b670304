// Write: layer normalization.
//
// Each word alone is brought to mean 0 and variance 1; then each column gets its gain and its bias.
// `exercise_layer_norm` should do that for every row of x. Where the row is constant, the result is
// the bias.
#pragma once

#include "src/tensor/tensor.hpp"

namespace transformer {

/// x is (n_tokens, d_model), gain and bias are (1, d_model); epsilon = 0.00001, beside the
/// variance.
Matrix exercise_layer_norm(const Matrix& x, const Matrix& gain, const Matrix& bias);

}  // namespace transformer
