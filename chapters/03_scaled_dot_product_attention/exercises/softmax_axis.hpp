// Spot the bug: the weights of attention sum to one, but along the wrong axis.
//
// `exercise_weights` should divide each query's weights by their sum, so that row i says how query
// i shares its attention among the keys (section 3.2.1). The version in softmax_axis.cpp runs,
// gives numbers between 0 and 1, and trains badly: the mistake of softmax(dim=...) with the wrong
// dim.
#pragma once

#include "src/tensor/tensor.hpp"

namespace transformer {

/// weights = softmax(q k^T / sqrt(d_k)), each row by itself: (n_queries, n_keys).
Matrix exercise_weights(const Matrix& q, const Matrix& k);

}  // namespace transformer
