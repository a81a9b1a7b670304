// The check says: mean and deviation are of one word
#include "chapters/05_encoder/exercises/layer_norm.hpp"

#include <cmath>

namespace transformer {

Matrix exercise_layer_norm(const Matrix& x, const Matrix& gain, const Matrix& bias) {
  Matrix y = x;
  const auto n = static_cast<double>(x.shape(0));
  for (size_t c = 0; c < x.shape(1); ++c) {
    double mean = 0, variance = 0;
    for (size_t i = 0; i < x.shape(0); ++i) mean += x(i, c) / n;
    for (size_t i = 0; i < x.shape(0); ++i) variance += (x(i, c) - mean) * (x(i, c) - mean) / n;
    for (size_t i = 0; i < x.shape(0); ++i) {
      const double x_hat = (x(i, c) - mean) / std::sqrt(variance + 0.00001);
      y(i, c) = static_cast<float>(gain(0, c) * x_hat + bias(0, c));
    }
  }
  return y;
}

}  // namespace transformer
