#include "chapters/07_training_loop/program/plain.hpp"

#include <algorithm>
#include <cmath>

namespace transformer {

//! [plain_loss]
double plain_loss(std::span<const double> x, TokenId right, double epsilon_ls,
                  std::span<double> dx) {
  const double n = static_cast<double>(x.size());
  const double largest = *std::max_element(x.begin(), x.end());
  double sum = 0, loss = 0;
  for (const double x_i : x) sum += std::exp(x_i - largest);
  for (size_t i = 0; i < x.size(); ++i) {
    const double target = epsilon_ls / n + (static_cast<TokenId>(i) == right ? 1 - epsilon_ls : 0);
    const double log_p = x[i] - largest - std::log(sum);
    loss -= target * log_p;
    dx[i] = std::exp(log_p) - target;
  }
  return loss;
}
//! [plain_loss]

//! [plain_adam]
void PlainAdam::step(int t, double rate, std::span<const double> g, std::span<double> theta) {
  constexpr double beta_1 = 0.9, beta_2 = 0.98, epsilon = 1e-9;
  for (size_t i = 0; i < theta.size(); ++i) {
    m[i] = beta_1 * m[i] + (1 - beta_1) * g[i];
    v[i] = beta_2 * v[i] + (1 - beta_2) * g[i] * g[i];
    const double m_hat = m[i] / (1 - std::pow(beta_1, t));
    const double v_hat = v[i] / (1 - std::pow(beta_2, t));
    theta[i] -= rate * m_hat / (std::sqrt(v_hat) + epsilon);
  }
}
//! [plain_adam]

}  // namespace transformer
