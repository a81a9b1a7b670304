// Write: the way back through attention with a bias.
//
// Later models add a learned number to each score, for the distance of the two places:
// softmax(q k^T / sqrt(d_k) + bias) v. `dvectors` says how the loss changes with each number of the
// vectors. How does it change with q, k, v and the bias? The forward part stands in
// attention_backward.cpp; go back through it, last line first. `product(a, b)`, `transpose(a)` and
// the page's `plain_softmax_backward(weights, dweights)` are there.
#pragma once

#include "src/tensor/tensor.hpp"

namespace transformer {

/// Each with the shape of q, k, v and the bias.
struct BiasedGradients {
  Matrix dq, dk, dv, dbias;
};

/// q is (n_queries, d_k), k (n_keys, d_k), v (n_keys, d_v), the bias (n_queries, n_keys), dvectors
/// (n_queries, d_v).
BiasedGradients exercise_attention_backward(const Matrix& q, const Matrix& k, const Matrix& v,
                                            const Matrix& bias, const Matrix& dvectors);

}  // namespace transformer
