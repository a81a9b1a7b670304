// Spot the bug: weights that train badly.
//
// `exercise_weights` should give the weights of attention: row i says how query i shares its
// attention among the keys (section 3.2.1). The version in row_weights.cpp runs and gives numbers
// between 0 and 1, and a model with it learns little.
#pragma once

#include "src/tensor/tensor.hpp"

namespace transformer {

/// softmax(q k^T / sqrt(d_k)): (n_queries, n_keys).
Matrix exercise_weights(const Matrix& q, const Matrix& k);

}  // namespace transformer
