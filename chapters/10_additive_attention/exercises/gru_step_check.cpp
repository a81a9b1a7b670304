// Checks gru_step against the chapter's formula.
#include "chapters/10_additive_attention/exercises/gru_step.hpp"
#include "src/book/additive_formulas.hpp"
#include "src/book/examples.hpp"
#include "src/book/exercise.hpp"

int main() {
  using namespace transformer;
  const Matrix h = normal_matrix(1, 3, 1), w_update = normal_matrix(3, 3, 2),
               w_reset = normal_matrix(3, 3, 3), w_candidate = normal_matrix(3, 3, 4);
  const GruInput x{normal_matrix(1, 3, 5), normal_matrix(1, 3, 6), normal_matrix(1, 3, 7)};

  // The same numbers as one cell that reads a 1.
  const Matrix one = {{1}}, no_bias = zeros(1, 9);
  const Matrix w_x = xt::concatenate(xt::xtuple(x.update, x.reset, x.candidate), 1),
               w_h = xt::concatenate(xt::xtuple(w_update, w_reset), 1);
  const formula::Gru<float> cell{w_x, w_h, w_candidate, no_bias};
  const Matrix right = cell.step(one, h), of_pytorch = cell.step_of_pytorch(one, h);
  const Matrix z = formula::sigmoid(cell.sum(0, one, h));
  const Matrix seen = formula::product(h, w_candidate);
  const Matrix no_reset = (1 - z) * h + z * xt::tanh(x.candidate + seen),
               candidate = (right - (1 - z) * h) / z, swapped = z * h + (1 - z) * candidate;

  Exercise exercise("gru_step");
  const Matrix actual = exercise_gru_step(x, h, w_update, w_reset, w_candidate);
  exercise.expect(
      "the new state", view_of(actual), view_of(right),
      {{view_of(h), "that is the old state"},
       {view_of(candidate), "that is the candidate: the update gate says how much of it is taken"},
       {view_of(of_pytorch),
        "that is the cell of nn.GRU: here the reset gate comes before the matrix"},
       {view_of(swapped), "an update gate of 1 takes the candidate, and nothing of the old state"},
       {view_of(no_reset), "the candidate sees what the reset gate leaves of the state"}},
      "(1 - update) h + update candidate");
  return exercise.finish();
}
