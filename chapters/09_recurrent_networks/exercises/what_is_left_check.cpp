// Checks what_is_left by making the experiments.
#include "chapters/09_recurrent_networks/exercises/what_is_left.hpp"

#include <array>
#include <cmath>

#include "src/book/exercise.hpp"
#include "src/kernels/kernels.hpp"
#include "src/tensor/tensor.hpp"

namespace transformer {
namespace {

/// Ten steps back through half of a rotation, states of zeros in between; `cut` is the step beyond
/// which nothing goes.
double length_after(int n_steps, int cut) {
  const double angle = 0.7;
  std::array<double, 2> gradient = {0.6, 0.8};
  for (int step = 0; step < n_steps; ++step) {
    if (step == cut) return 0;
    gradient = {0.5 * (std::cos(angle) * gradient[0] - std::sin(angle) * gradient[1]),
                0.5 * (std::sin(angle) * gradient[0] + std::cos(angle) * gradient[1])};
  }
  return std::hypot(gradient[0], gradient[1]);
}

double through_forget_gates(int n_steps) {
  Matrix state = {{0, 1}}, gradient = {{0, 1}};
  for (int step = 0; step < n_steps; ++step) {
    Matrix gates = {{-50, 0, 0, -50}}, dgates = zeros(1, 4), after = zeros(1, 2), dc = zeros(1, 1);
    lstm_forward(view_of(gates), view_of(state), view_of(after));
    lstm_backward(view_of(gates), view_of(state), view_of(after), view_of(gradient),
                  view_of(dgates), view_of(dc));
    gradient = {{0, dc(0, 0)}};
    state = after;
  }
  return static_cast<double>(gradient(0, 1));
}

}  // namespace
}  // namespace transformer

int main() {
  using namespace transformer;
  Exercise exercise("what_is_left");
  constexpr double tolerance = 1e-5;  // two digits of the smallest are enough
  exercise.expect(
      "left by the plain cell", left_by_the_plain_cell(), length_after(10, 10),
      {{0.05, "not a tenth of a half: each step halves it, and there are ten"},
       {0.5, "each step halves it, and there are ten"},
       {std::pow(0.5, 9), "ten steps, not nine"},
       {0.0, "small, but not 0: each step halves it, and there are ten"}},
      "a rotation keeps the length, the radius halves it, and tanh has the derivative 1 at 0",
      tolerance);
  exercise.expect("left by the forget gate", left_by_the_forget_gate(), through_forget_gates(3),
                  {{0.0, "at a sum of 0 a gate is half open, not shut"},
                   {1.0, "at a sum of 0 a gate is half open, not open"},
                   {0.5, "that is one step: there are three"}},
                  "each step multiplies the gradient of c by the forget gate", tolerance);
  exercise.expect("before the cut", before_the_cut(), length_after(4, 2),
                  {{std::pow(0.5, 4), "that would come back without the cut before step 8"}},
                  "steps 8 and 9 are behind the last cut: nothing goes further back than step 8",
                  tolerance);
  exercise.expect("sum of two uses", sum_of_two_uses(), 2 * 3.0,
                  {{3.0, "both uses of w count: each gives 3"},
                   {9.0, "that is h_2 itself, w times w"},
                   {2.0, "the derivative of w w is 2 w, and w is 3"}},
                  "h_2 = w w h_0", tolerance);
  return exercise.finish();
}
