// The check says: it grew
#include "chapters/07_training_loop/exercises/weight_decay.hpp"

#include <cmath>

namespace transformer {

void exercise_adamw(int t, double rate, double decay, std::span<const double> g,
                    std::span<double> m, std::span<double> v, std::span<double> theta) {
  constexpr double beta_1 = 0.9, beta_2 = 0.98, epsilon = 1e-9;
  for (size_t i = 0; i < theta.size(); ++i) {
    const double gradient = g[i];
    m[i] = beta_1 * m[i] + (1 - beta_1) * gradient;
    v[i] = beta_2 * v[i] + (1 - beta_2) * gradient * gradient;
    const double m_hat = m[i] / (1 - std::pow(beta_1, t));
    const double v_hat = v[i] / (1 - std::pow(beta_2, t));
    theta[i] += rate * decay * theta[i];
    theta[i] -= rate * m_hat / (std::sqrt(v_hat) + epsilon);
  }
}

}  // namespace transformer
