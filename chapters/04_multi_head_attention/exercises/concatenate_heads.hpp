// Write: the last step of multi-head attention.
//
// MultiHead(Q, K, V) = Concat(head_1, ..., head_h) W^O (section 3.2.2). `exercise_merge` gets the
// vectors of all heads, puts them side by side and multiplies by W^O. Use `matmul(a, b, c)` of
// src/kernels/kernels.hpp for the product, and `view_of(matrix)` to hand a matrix to it.
#pragma once

#include <vector>

#include "src/tensor/tensor.hpp"

namespace transformer {

/// Each head is (n_tokens, d_v), w_o is (n_heads * d_v, d_model), the result (n_tokens, d_model).
Matrix exercise_merge(const std::vector<Matrix>& heads, const Matrix& w_o);

}  // namespace transformer
