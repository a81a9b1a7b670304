// Spot the bug: words that should not be seen.
//
// `exercise_causal_weights` should keep each query from everything that stands behind it. The
// version in hidden_words.cpp gives later keys the weight 0, and still a later key changes what a
// query gets. The library timm did so in one of its models (huggingface/pytorch-image-models, pull
// request 2236).
#pragma once

#include "src/tensor/tensor.hpp"

namespace transformer {

/// weights = softmax(q k^T / sqrt(d_k)), where query i sees keys 0 to i: (n, n).
Matrix exercise_causal_weights(const Matrix& q, const Matrix& k);

}  // namespace transformer
