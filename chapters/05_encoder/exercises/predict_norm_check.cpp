// Compares the predictions with what the chapter's layer normalization gives.
#include <cmath>
#include <limits>

#include "chapters/05_encoder/exercises/predict_norm.hpp"
#include "chapters/05_encoder/layer_norm.hpp"
#include "chapters/05_encoder/program/parts.hpp"
#include "src/book/examples.hpp"
#include "src/book/exercise.hpp"

namespace transformer {
namespace {

double sum_of_gradient() {
  ParameterStore store(0);
  const LayerNorm norm(store, "norm", 4);
  const Matrix x = normal_matrix(1, 4, 1), dy = {{1, 2, 3, 4}};
  Tape tape(Threads::serial());
  tape.begin(Mode::training);
  const Variable in = tape.input(view_of(x), true);
  tape.backward(norm(in), view_of(dy));
  double sum = 0;
  for (Index c = 0; c < 4; ++c) sum += in.gradient()(0, c);
  return std::round(1000 * sum) / 1000;
}

}  // namespace
}  // namespace transformer

int main() {
  using namespace transformer;
  constexpr double tolerance = 5e-3;  // the root of 512 is right: no epsilon, a mean near 0
  Matrix one_of_512 = zeros(1, 512);
  one_of_512(0, 0) = 1.0f;
  Exercise exercise("predict_norm");
  exercise.expect("the first of [3, 3, 1, 1]", predicted_two_and_two(),
                  normalised(Matrix{{3, 3, 1, 1}})(0, 0),
                  {{0.866, "that divides by n - 1: the variance is the mean of the squares"},
                   {0.5, "that is within [0, 1], but the norm does not bring numbers there"}},
                  "what is the mean, and how far is each number from it?", tolerance);
  exercise.expect("the first of [100, 0, 0, 0]", predicted_hundred(),
                  normalised(Matrix{{100, 0, 0, 0}})(0, 0),
                  {{173.2, "the deviation grows with the numbers, and is divided out"},
                   {1.5, "that divides by n - 1"}},
                  "how does it differ from [1, 0, 0, 0], after the norm?", tolerance);
  exercise.expect("the largest of one in 512", predicted_one_of_512(), normalised(one_of_512)(0, 0),
                  {{1.732, "that is one in four; with 512 of them the deviation is much smaller"},
                   {1.0, "no: the deviation of this row is far below 1"}},
                  "the mean is 1/512; the variance is about 1/512, too", tolerance);
  exercise.expect("the first of [7, 7, 7, 7]", predicted_constant(),
                  normalised(Matrix{{7, 7, 7, 7}})(0, 0),
                  {{std::numeric_limits<double>::infinity(), "epsilon forbids the division by 0"},
                   {1.0, "how far is 7 from the mean?"},
                   {7.0, "the mean is taken away"}},
                  "how far is 7 from the mean?", tolerance);
  exercise.expect(
      "the sum of dx", predicted_sum_of_gradient(), sum_of_gradient(),
      {{10.0, "raising all four together changes nothing: the norm takes the mean away"}},
      "what happens to y when all four are raised together?", tolerance);
  return exercise.finish();
}
