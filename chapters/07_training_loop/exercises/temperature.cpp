#include "chapters/07_training_loop/exercises/temperature.hpp"

#include <algorithm>
#include <cmath>

namespace transformer {

double exercise_loss(std::span<const double> logits, TokenId right, double temperature,
                     std::span<double> gradient) {
  for (size_t i = 0; i < logits.size(); ++i) gradient[i] = 0.0;
  return 0.0;
}

}  // namespace transformer
