// Checks weight_decay against the chapter's Adam, and against its kernel, which knows the decay.
#include <array>
#include <vector>

#include "chapters/07_training_loop/exercises/weight_decay.hpp"
#include "src/book/exercise.hpp"
#include "src/kernels/kernels.hpp"

namespace transformer {
namespace {

constexpr double rate = 0.1, decay = 0.25, start = 2.0;

/// A parameter whose gradient is g at every step, after some steps.
double after_steps(int n_steps, double g) {
  std::array<double, 1> theta = {start}, m = {0.0}, v = {0.0};
  const std::array<double, 1> gradient = {g};
  for (int t = 1; t <= n_steps; ++t) exercise_adamw(t, rate, decay, gradient, m, v, theta);
  return theta[0];
}

double right_after_steps(int n_steps, float g) {
  float theta = static_cast<float>(start), m = 0.0f, v = 0.0f;
  for (int t = 1; t <= n_steps; ++t) {
    const AdamStep adam{.learning_rate = static_cast<float>(rate),
                        .step = t,
                        .weight_decay = static_cast<float>(decay)};
    adam_update({&theta, 1}, {&g, 1}, {&m, 1}, {&v, 1}, adam);
  }
  return double{theta};
}

}  // namespace
}  // namespace transformer

int main() {
  using namespace transformer;
  Exercise exercise("weight_decay");
  exercise.expect("2.0 after a step with gradient 0", after_steps(1, 0.0),
                  right_after_steps(1, 0.0f),
                  {{start, "nothing was taken away: without a gradient only the decay moves it"},
                   {start - rate,
                    "a decay that is added to the gradient is none: Adam divides it by "
                    "its own size, so large and small weights shrink alike"},
                   {start * (1 - decay),
                    "a quarter of it went at once, without the learning rate: the "
                    "share that goes is rate * decay"},
                   {start * (1 + rate * decay), "it grew: the share is to be taken away"}},
                  "rate * decay of it should go: 0.025 of 2.0");
  exercise.expect("2.0 after a step with gradient 3", after_steps(1, 3.0),
                  right_after_steps(1, 3.0f), "the share of what it was before the step");
  exercise.expect("2.0 after 5 steps with gradient 3", after_steps(5, 3.0),
                  right_after_steps(5, 3.0f), "m and v hear nothing of the decay");
  return exercise.finish();
}
