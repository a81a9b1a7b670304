// The check says: so does its slope
#include "chapters/03_scaled_dot_product_attention/exercises/softmax_backward.hpp"

namespace transformer {

Matrix exercise_softmax_backward(const Matrix& weights, const Matrix& dweights,
                                 float /*temperature*/) {
  Matrix dscores = weights;
  const size_t n = weights.shape(1);
  for (size_t i = 0; i < weights.shape(0); ++i) {
    float mean = 0.0f;
    for (size_t j = 0; j < n; ++j) mean += weights(i, j) * dweights(i, j);
    for (size_t j = 0; j < n; ++j) dscores(i, j) = weights(i, j) * (dweights(i, j) - mean);
  }
  return dscores;
}

}  // namespace transformer
