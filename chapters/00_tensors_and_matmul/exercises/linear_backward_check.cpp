// Checks linear_backward against the chapter's linear layer. w is square, so that no shape tells a
// matrix from its transposed.
#include "chapters/00_tensors_and_matmul/exercises/linear_backward.hpp"
#include "src/autograd/operations.hpp"
#include "src/book/examples.hpp"
#include "src/book/exercise.hpp"

int main() {
  using namespace transformer;
  const Matrix x = normal_matrix(4, 3, 1), w = normal_matrix(3, 3, 2), dy = normal_matrix(4, 3, 3);
  const Matrix b = normal_matrix(1, 3, 4);
  Tape tape(Threads::serial());
  tape.begin(Mode::training);
  const Variable vx = tape.input(view_of(x), true), vw = tape.input(view_of(w), true);
  const Variable vb = tape.input(view_of(b), true);
  tape.backward(linear(vx, vw, vb), view_of(dy));

  Matrix dx_of_w = zeros(4, 3);
  matmul(view_of(dy), view_of(w), view_of(dx_of_w));
  const Matrix dw_transposed = xt::transpose(matrix_of<float>(vw.gradient()));
  const Matrix mean = matrix_of<float>(vb.gradient()) / 4.0f;
  const Matrix first = matrix_of<float>(view_of(dy).rows(0, 1));
  const Matrix last = matrix_of<float>(view_of(dy).rows(3, 4));

  Exercise exercise("linear_backward");
  const LinearGradients g = exercise_linear_backward(x, w, dy);
  exercise.expect(
      "dx", view_of(g.dx), vx.gradient(),
      {{view_of(dx_of_w), "this is dy w: x(i, l) was multiplied by w(l, j), row l of w"}},
      "x(i, l) stands in each y(i, j), with the factor w(l, j)");
  exercise.expect("dw", view_of(g.dw), vw.gradient(),
                  {{view_of(dw_transposed), "this is dy^T x, the transposed of what w needs"}},
                  "w(l, j) stands in column j of y, in every row i with the factor x(i, l)");
  exercise.expect("db", view_of(g.db), vb.gradient(),
                  {{view_of(mean), "the sum of the rows of dy, not their mean"},
                   {view_of(first), "b is added to every row of y, not to the first alone"},
                   {view_of(last), "b is added to every row of y: add up, do not overwrite"}},
                  "b(0, j) stands in each row of column j, with the factor 1");
  return exercise.finish();
}
