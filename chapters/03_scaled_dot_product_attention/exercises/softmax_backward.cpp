#include "chapters/03_scaled_dot_product_attention/exercises/softmax_backward.hpp"

namespace transformer {

Matrix exercise_softmax_backward(const Matrix& weights, const Matrix& dweights, float temperature) {
  Matrix dscores =
      zeros(static_cast<Index>(weights.shape(0)), static_cast<Index>(weights.shape(1)));
  // For each row i and each key j: dscores(i, j) = ...
  return dscores;
}

}  // namespace transformer
