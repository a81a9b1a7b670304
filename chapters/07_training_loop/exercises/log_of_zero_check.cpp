// Checks log_of_zero against the chapter's loss.
#include <vector>

#include "chapters/07_training_loop/exercises/log_of_zero.hpp"
#include "chapters/07_training_loop/loss.hpp"
#include "src/book/exercise.hpp"
#include "src/tensor/tensor.hpp"

namespace transformer {
namespace {

void compare(Exercise& exercise, std::vector<float> logits, const char* what, const char* hint) {
  const std::vector<TokenId> targets = {1};
  Tape tape(Threads::serial());
  tape.begin(Mode::inference);
  const ConstMatrixView row(logits.data(), 1, std::ssize(logits));
  const Variable loss = label_smoothed_cross_entropy(tape.input(row), targets, 0.1f);
  exercise.expect(what, exercise_loss(logits, targets[0], 0.1f), loss.value()(0, 0), hint);
}

}  // namespace
}  // namespace transformer

int main() {
  using namespace transformer;
  Exercise exercise("log_of_zero");
  compare(exercise, {0.5f, 2.0f, -1.0f, 0.0f}, "loss of small logits", "");
  compare(exercise, {0.0f, 200.0f, 0.0f, 0.0f}, "loss where the right token has 200",
          "exp(-200) is 0 in a float: get log p_j from the logits, without p_j");
  compare(exercise, {1000.0f, 0.0f, 0.0f, 0.0f}, "loss where a wrong token has 1000",
          "log p_j = logit_j - largest - log(sum of exp(logit - largest))");
  return exercise.finish();
}
