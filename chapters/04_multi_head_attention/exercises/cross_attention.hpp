// Write: one head of cross-attention.
//
// The words of a translation, x, look at the words of the source, memory. `product(a, b)` and
// `plain_attention(q, k, v)` of chapter 03 are there; decide what is made of what.
#pragma once

#include "src/tensor/tensor.hpp"

namespace transformer {

/// x is (n_target_tokens, d_model), memory (n_source_tokens, d_model), each matrix (d_model, d_k),
/// the result (n_target_tokens, d_k).
Matrix exercise_cross_attention(const Matrix& x, const Matrix& memory, const Matrix& w_q,
                                const Matrix& w_k, const Matrix& w_v);

}  // namespace transformer
