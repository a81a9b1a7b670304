#include "chapters/08_translation/exercises/length_penalty.hpp"

namespace transformer {

double exercise_score(const Finished& hypothesis, double alpha) { return 0.0; }

size_t exercise_best(std::span<const Finished> hypotheses, double alpha) { return 0; }

}  // namespace transformer
