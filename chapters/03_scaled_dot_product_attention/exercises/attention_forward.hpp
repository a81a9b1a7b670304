// Write: attention.
//
// Scores, weights, vectors: the whole of section 3.2.1, in plain loops. Close the page and write it
// down; the check uses small scores first, then very large ones.
#pragma once

#include "src/tensor/tensor.hpp"

namespace transformer {

/// softmax(q k^T / sqrt(d_k)) v: q is (n_queries, d_k), k (n_keys, d_k), v (n_keys, d_v), the
/// result (n_queries, d_v).
Matrix exercise_attention(const Matrix& q, const Matrix& k, const Matrix& v);

}  // namespace transformer
