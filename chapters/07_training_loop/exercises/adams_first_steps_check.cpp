// Checks adams_first_steps against the Adam that the chapter trains with.
#include <cmath>
#include <string>

#include "chapters/07_training_loop/exercises/adams_first_steps.hpp"
#include "src/book/examples.hpp"
#include "src/book/exercise.hpp"

namespace transformer {
namespace {

struct Parameters {
  Matrix values = normal_matrix(1, 5, 1), first = zeros(1, 5), second = zeros(1, 5);
};

std::span<float> span_of(Matrix& matrix) { return {matrix.data(), matrix.size()}; }

}  // namespace
}  // namespace transformer

int main() {
  using namespace transformer;
  Parameters actual, expected;
  Exercise exercise("adams_first_steps");
  for (const int step : {1, 2, 3}) {
    Matrix gradient = normal_matrix(1, 5, static_cast<std::uint64_t>(1 + step));
    const AdamStep adam{.learning_rate = 0.1f, .step = step};
    const float before = actual.values(0, 0);
    exercise_adam(span_of(actual.values), span_of(gradient), span_of(actual.first),
                  span_of(actual.second), adam);
    adam_update(span_of(expected.values), span_of(gradient), span_of(expected.first),
                span_of(expected.second), adam);
    if (step == 1) {
      const double length = std::abs(double{actual.values(0, 0)} - double{before});
      exercise.expect(
          "length of the first step", std::isfinite(length) ? length : -1.0, 0.1,
          {{-1.0, "a division by 0: steps count from 1, so use step as it is"},
           {0.01, "now v is large enough, but m is still a tenth of the gradient"},
           {0.1 / std::sqrt(0.02), "now m is right, but v still is a fiftieth of g^2"},
           {0.1 / std::sqrt(0.2),
            "m and v forget at different speeds: each has its "
            "own beta, and so its own correction"},
           {0.1 * 0.1 / std::sqrt(0.02),
            "m is (1 - beta_1) g and sqrt(v) is sqrt(1 - beta_2) |g|: what is missing?"}},
          "one step on, from zero moments, should be as long as the learning rate", 1e-4);
    }
    exercise.expect("values after step " + std::to_string(step), view_of(actual.values),
                    view_of(expected.values),
                    "what corrects the moments depends on the step: it goes to 1", 1e-4);
  }
  return exercise.finish();
}
