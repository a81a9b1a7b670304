// Checks temperature against the chapter's loss of the logits that are divided.
#include <string>
#include <vector>

#include "chapters/07_training_loop/exercises/temperature.hpp"
#include "chapters/07_training_loop/program/plain.hpp"
#include "src/book/exercise.hpp"
#include "src/tensor/tensor.hpp"

namespace transformer {
namespace {

constexpr TokenId right = 1;

/// The loss of logits that are multiplied by `factor`; `row` gets its gradient by these products,
/// times `scale`.
double loss_of(const std::vector<double>& logits, double factor, float scale, Matrix& row) {
  std::vector<double> x = logits, dx(logits.size());
  for (double& each : x) each *= factor;
  const double loss = plain_loss(x, right, 0.0, dx);
  for (size_t i = 0; i < dx.size(); ++i) row(0, i) = scale * static_cast<float>(dx[i]);
  return loss;
}

void compare(Exercise& exercise, const std::vector<double>& logits, double temperature) {
  const auto n = static_cast<Index>(logits.size());
  Matrix actual = zeros(1, n), expected = zeros(1, n), unscaled = zeros(1, n), uphill = zeros(1, n),
         unused = zeros(1, n);
  std::vector<double> gradient(logits.size());
  const double loss = exercise_loss(logits, right, temperature, gradient);
  for (size_t i = 0; i < gradient.size(); ++i) actual(0, i) = static_cast<float>(gradient[i]);

  const auto factor = static_cast<float>(1 / temperature);
  const double right_loss = loss_of(logits, 1 / temperature, factor, expected);
  loss_of(logits, 1 / temperature, 1.0f, unscaled);
  loss_of(logits, 1 / temperature, -factor, uphill);
  const std::string at = " at temperature " + std::to_string(temperature).substr(0, 3);
  exercise.expect("loss" + at, loss, right_loss,
                  {{loss_of(logits, temperature, 1.0f, unused),
                    "the logits are divided by the temperature, and not multiplied"},
                   {loss_of(logits, 1.0, 1.0f, unused), "the temperature has changed nothing"}},
                  "-log of what the softmax of the divided logits gives the right token");
  exercise.expect("gradient" + at, view_of(actual), view_of(expected),
                  {{view_of(unscaled),
                    "a logit that moves by 1 moves what goes into the softmax by "
                    "1 / T: the chain rule has one more factor"},
                   {view_of(uphill),
                    "the sign: a step against the gradient must lead downhill and "
                    "not uphill"}},
                  "softmax minus target is the derivative by the divided logits");
}

}  // namespace
}  // namespace transformer

int main() {
  using namespace transformer;
  Exercise exercise("temperature");
  exercise.name_places({"the only row"}, {"le", "chien", "chat", "dort"});
  compare(exercise, {0.5, 2.0, -1.0, 0.0}, 1.0);
  compare(exercise, {0.5, 2.0, -1.0, 0.0}, 2.0);
  compare(exercise, {0.0, 900.0, 1000.0, 0.0}, 0.5);
  return exercise.finish();
}
