#include "chapters/05_encoder/exercises/layer_norm.hpp"

#include <cmath>

namespace transformer {

Matrix exercise_layer_norm(const Matrix& x, const Matrix& gain, const Matrix& bias) {
  Matrix y = x;
  for (size_t i = 0; i < x.shape(0); ++i) {
    // Row i of y.
  }
  return y;
}

}  // namespace transformer
