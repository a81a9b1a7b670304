#include "chapters/04_multi_head_attention/exercises/padding_mask.hpp"

#include <cmath>

#include "src/kernels/kernels.hpp"

namespace transformer {

Matrix exercise_padded_weights(const Matrix& q, const Matrix& k, Index length) {
  const Index n = static_cast<Index>(q.shape(0));
  Matrix weights = zeros(n, n);
  matmul(view_of(q), transposed(view_of(k)), view_of(weights));
  const float scale = 1.0f / std::sqrt(static_cast<float>(q.shape(1)));
  for (Index i = length; i < n; ++i) {
    for (Index j = 0; j < n; ++j) weights(i, j) = -1e9f;
  }
  softmax_forward(view_of(weights), scale, Mask::none, view_of(weights));
  return weights;
}

}  // namespace transformer
