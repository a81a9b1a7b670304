#include "chapters/03_scaled_dot_product_attention/exercises/attention_forward.hpp"

#include <algorithm>
#include <cmath>

namespace transformer {

Matrix exercise_attention(const Matrix& q, const Matrix& /*k*/, const Matrix& v) {
  Matrix vectors = zeros(static_cast<Index>(q.shape(0)), static_cast<Index>(v.shape(1)));
  // Scores, weights, vectors: your loops stand here.
  return vectors;
}

}  // namespace transformer
