// Spot the bug: a layer normalisation that divides by the wrong deviation.
//
// `exercise_layer_norm` should be (x - mean) / sqrt(variance + epsilon) in each row, where the
// variance is the mean of the squares (Ba et al. 2016). The version in unbiased_deviation.cpp turns
// [1, 0, 0, 0] into 1.5 where it should be 1.732: that of the Annotated Transformer
// (harvardnlp/annotated-transformer, issue 122), which many have copied. It differs in two ways.
#pragma once

#include "src/tensor/tensor.hpp"

namespace transformer {

/// Each row of x, (n_tokens, d_model), normalised, with gain 1 and bias 0; epsilon = 1e-5.
Matrix exercise_layer_norm(const Matrix& x);

}  // namespace transformer
