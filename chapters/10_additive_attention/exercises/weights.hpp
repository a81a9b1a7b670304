// Write: the weights of additive attention.
//
// Several queries look at several words. How well query i and key j fit is said by a network of one
// hidden layer without biases, whose second matrix is the row v. Each query shares out a whole.
#pragma once

#include "src/tensor/tensor.hpp"

namespace transformer {

/// The weights (n_queries, n_keys) of q (n_queries, d) and k (n_keys, d), with v (1, d).
Matrix exercise_weights(const Matrix& q, const Matrix& k, const Matrix& v);

}  // namespace transformer
