// Checks sure_of_itself against the chapter's loss.
#include <cmath>
#include <vector>

#include "chapters/07_training_loop/exercises/sure_of_itself.hpp"
#include "chapters/07_training_loop/program/plain.hpp"
#include "src/book/exercise.hpp"

namespace transformer {
namespace {

constexpr double not_finite = -1.0;  // what stands for infinity and NaN

/// The right token is number 1.
void compare(Exercise& exercise, const std::vector<float>& logits, const char* what,
             std::initializer_list<Mistake<double>> mistakes, const char* hint) {
  const std::vector<double> x(logits.begin(), logits.end());
  std::vector<double> dx(x.size());
  const double loss = double{exercise_loss(logits, 1, 0.1f)};
  exercise.expect(what, std::isfinite(loss) ? loss : not_finite, plain_loss(x, 1, 0.1, dx),
                  mistakes, hint, 1e-4);
}

}  // namespace
}  // namespace transformer

int main() {
  using namespace transformer;
  Exercise exercise("sure_of_itself");
  compare(exercise, {0.5f, 2.0f, -1.0f, 0.0f}, "loss of small logits", {},
          "the loss was right for these: what has changed?");
  compare(exercise, {100.0f, 100.5f, 99.0f, 100.0f}, "loss of logits near 100",
          {{not_finite, "exp(100) is more than a float holds: subtract the largest logit first"}},
          "the same number added to all logits changes nothing");
  compare(exercise, {0.0f, 200.0f, 0.0f, 0.0f}, "loss where the right token has 200",
          {{not_finite, "exp(-200) is 0 in a float: where is its logarithm taken?"},
           {0.0, "what has no probability was left out, but its share of the target must cost"},
           {3 * 0.025 * 20.7233,
            "a small number inside the logarithm makes up a loss: log p_j is "
            "-200, and not the logarithm of that number"}},
          "get log p_j from the logits, without p_j");
  compare(exercise, {1000.0f, 0.0f, 0.0f, 0.0f}, "loss where a wrong token has 1000", {},
          "get log p_j from the logits, without p_j");
  return exercise.finish();
}
