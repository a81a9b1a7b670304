// The check says: divided by it, not multiplied
#include "chapters/08_translation/exercises/length_penalty.hpp"

#include <cmath>

namespace transformer {

double exercise_score(const Finished& hypothesis, double alpha) {
  const auto n = static_cast<double>(hypothesis.length);
  return hypothesis.log_probability * std::pow((5.0 + n) / 6.0, alpha);
}

size_t exercise_best(std::span<const Finished> hypotheses, double alpha) {
  size_t best = 0;
  for (size_t i = 1; i < hypotheses.size(); ++i) {
    if (exercise_score(hypotheses[i], alpha) > exercise_score(hypotheses[best], alpha)) best = i;
  }
  return best;
}

}  // namespace transformer
