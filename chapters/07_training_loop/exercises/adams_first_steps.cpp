#include "chapters/07_training_loop/exercises/adams_first_steps.hpp"

#include <cmath>

namespace transformer {

void exercise_adam(std::span<float> values, std::span<const float> gradients,
                   std::span<float> first_moments, std::span<float> second_moments,
                   const AdamStep& adam) {
  for (size_t i = 0; i < values.size(); ++i) {
    const float g = gradients[i];
    float& m = first_moments[i];
    float& v = second_moments[i];
    m = adam.beta_1 * m + (1.0f - adam.beta_1) * g;
    v = adam.beta_2 * v + (1.0f - adam.beta_2) * g * g;
    values[i] -= adam.learning_rate * m / (std::sqrt(v) + adam.epsilon);
  }
}

}  // namespace transformer
