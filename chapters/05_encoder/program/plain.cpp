#include "chapters/05_encoder/program/plain.hpp"

#include <cmath>

namespace transformer::plain {

Row row_of(const Matrix& x, size_t i) {
  const float* first = x.data() + i * x.shape(1);
  return {first, first + x.shape(1)};
}

//! [layer_norm]
Normalized normalized(const Row& x) {
  const auto n = static_cast<double>(x.size());
  double mean = 0, variance = 0;
  for (const double number : x) mean += number / n;
  for (const double number : x) variance += (number - mean) * (number - mean) / n;
  const double deviation = std::sqrt(variance + 0.00001);
  Row x_hat;
  for (const double number : x) x_hat.push_back((number - mean) / deviation);
  return {x_hat, deviation};
}

Row layer_norm(const Row& x, const Row& gain, const Row& bias) {
  Row y = normalized(x).x_hat;
  for (size_t i = 0; i < y.size(); ++i) y[i] = gain[i] * y[i] + bias[i];
  return y;
}
//! [layer_norm]

//! [add_and_norm]
Row add_and_norm(const Row& x, const Row& sublayer, const Row& gain, const Row& bias) {
  Row sum = x;
  for (size_t i = 0; i < sum.size(); ++i) sum[i] += sublayer[i];
  return layer_norm(sum, gain, bias);
}
//! [add_and_norm]

//! [layer_norm_backward]
ThreeTerms three_terms(const Row& x_hat, const Row& gain, const Row& dy) {
  const size_t n = x_hat.size();
  ThreeTerms terms{.direct = Row(n), .mean = 0, .spread = Row(n)};
  double mean_along = 0;  // of direct * x_hat
  for (size_t i = 0; i < n; ++i) {
    terms.direct[i] = gain[i] * dy[i];
    terms.mean += terms.direct[i] / static_cast<double>(n);
    mean_along += terms.direct[i] * x_hat[i] / static_cast<double>(n);
  }
  for (size_t i = 0; i < n; ++i) terms.spread[i] = x_hat[i] * mean_along;
  return terms;
}

Row layer_norm_backward(const Row& x, const Row& gain, const Row& dy) {
  const auto [x_hat, deviation] = normalized(x);
  const ThreeTerms terms = three_terms(x_hat, gain, dy);
  Row dx(x.size());
  for (size_t i = 0; i < x.size(); ++i) {
    dx[i] = (terms.direct[i] - terms.mean - terms.spread[i]) / deviation;
  }
  return dx;
}
//! [layer_norm_backward]

}  // namespace transformer::plain
