#include "chapters/05_encoder/exercises/layer_norm_backward.hpp"

#include <cmath>

namespace transformer {

Matrix exercise_layer_norm_backward(const Matrix& x, const Matrix& gain, const Matrix& dy) {
  constexpr double epsilon = 1e-5;
  const size_t n_tokens = x.shape(0), d_model = x.shape(1);
  const auto d = static_cast<double>(d_model);
  Matrix dx = zeros(static_cast<Index>(n_tokens), static_cast<Index>(d_model));
  for (size_t i = 0; i < n_tokens; ++i) {
    double mean = 0.0, variance = 0.0;
    for (size_t c = 0; c < d_model; ++c) mean += x(i, c) / d;
    for (size_t c = 0; c < d_model; ++c) variance += (x(i, c) - mean) * (x(i, c) - mean) / d;
    const double deviation = std::sqrt(variance + epsilon);
    // dx(i, c) for every c.
  }
  return dx;
}

}  // namespace transformer
