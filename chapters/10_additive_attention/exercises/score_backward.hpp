// Write: the gradients of an additive score.
//
// One query has scored some words. What comes back is the gradient of each score; hand it on to the
// query, to each key and to v.
#pragma once

#include "src/tensor/tensor.hpp"

namespace transformer {

/// Of the query (1, d), the keys (n_keys, d) and v (1, d).
struct ScoreGradients {
  Matrix dq, dk, dv;
};

/// score_j = v . tanh(q + k_j), with q and v (1, d) and k (n_keys, d); dscores is (1, n_keys).
ScoreGradients exercise_score_backward(const Matrix& q, const Matrix& k, const Matrix& v,
                                       const Matrix& dscores);

}  // namespace transformer
