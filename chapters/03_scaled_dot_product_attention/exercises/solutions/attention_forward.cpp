#include "chapters/03_scaled_dot_product_attention/exercises/attention_forward.hpp"

#include <algorithm>
#include <cmath>

namespace transformer {

Matrix exercise_attention(const Matrix& q, const Matrix& k, const Matrix& v) {
  const size_t n_queries = q.shape(0), n_keys = k.shape(0), d_k = q.shape(1), d_v = v.shape(1);
  Matrix weights = zeros(static_cast<Index>(n_queries), static_cast<Index>(n_keys));
  for (size_t i = 0; i < n_queries; ++i) {
    for (size_t j = 0; j < n_keys; ++j) {
      for (size_t c = 0; c < d_k; ++c)
        weights(i, j) += q(i, c) * k(j, c) / std::sqrt(static_cast<float>(d_k));
    }
  }
  for (size_t i = 0; i < n_queries; ++i) {
    float largest = weights(i, 0), sum = 0.0f;
    for (size_t j = 0; j < n_keys; ++j) largest = std::max(largest, weights(i, j));
    for (size_t j = 0; j < n_keys; ++j) sum += weights(i, j) = std::exp(weights(i, j) - largest);
    for (size_t j = 0; j < n_keys; ++j) weights(i, j) /= sum;
  }
  Matrix vectors = zeros(static_cast<Index>(n_queries), static_cast<Index>(d_v));
  for (size_t i = 0; i < n_queries; ++i) {
    for (size_t j = 0; j < n_keys; ++j) {
      for (size_t c = 0; c < d_v; ++c) vectors(i, c) += weights(i, j) * v(j, c);
    }
  }
  return vectors;
}

}  // namespace transformer
