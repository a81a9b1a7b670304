// Spot the bug: a mask that hides the weights and yet lets something through.
//
// `exercise_causal_weights` should keep each query from everything that stands behind it. The
// version in mask_after_softmax.cpp sets the weights of later keys to zero, and still a later key
// changes them. The library timm did so in one of its models (huggingface/pytorch-image-models,
// pull request 2236).
#pragma once

#include "src/tensor/tensor.hpp"

namespace transformer {

/// weights = softmax(q k^T / sqrt(d_k)), where query i sees keys 0 to i: (n, n).
Matrix exercise_causal_weights(const Matrix& q, const Matrix& k);

}  // namespace transformer
