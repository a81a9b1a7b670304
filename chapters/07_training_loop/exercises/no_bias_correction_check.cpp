// Checks no_bias_correction against the Adam that the chapter trains with.
#include <cmath>
#include <string>

#include "chapters/07_training_loop/exercises/no_bias_correction.hpp"
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
  Exercise exercise("no_bias_correction");
  for (const int step : {1, 2, 3}) {
    Matrix gradient = normal_matrix(1, 5, static_cast<std::uint64_t>(1 + step));
    const AdamStep adam{.learning_rate = 0.1f, .step = step};
    const float before = actual.values(0, 0);
    exercise_adam(span_of(actual.values), span_of(gradient), span_of(actual.first),
                  span_of(actual.second), adam);
    adam_update(span_of(expected.values), span_of(gradient), span_of(expected.first),
                span_of(expected.second), adam);
    if (step == 1) {
      exercise.expect("length of the first step", std::abs(actual.values(0, 0) - before), 0.1,
                      "m is (1 - beta_1) g and sqrt(v) is sqrt(1 - beta_2) |g|: what is missing?",
                      1e-4);
    }
    exercise.expect("values after step " + std::to_string(step), view_of(actual.values),
                    view_of(expected.values), "divide m by 1 - beta_1^step, v by 1 - beta_2^step",
                    1e-4);
  }
  return exercise.finish();
}
