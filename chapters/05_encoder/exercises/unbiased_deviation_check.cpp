// Checks unbiased_deviation against the chapter's own layer normalisation.
#include "chapters/05_encoder/encoder.hpp"
#include "chapters/05_encoder/exercises/unbiased_deviation.hpp"
#include "src/book/examples.hpp"
#include "src/book/exercise.hpp"

namespace transformer {
namespace {

/// The chapter's norm, with a sub-layer that gives nothing.
Matrix layer_norm(const Matrix& x) {
  ParameterStore store(0);
  const ResidualNorm norm(store, "norm", {.d_model = static_cast<Index>(x.shape(1))});
  const Matrix nothing = zeros(static_cast<Index>(x.shape(0)), static_cast<Index>(x.shape(1)));
  Tape tape(Threads::serial());
  const Variable y = norm(tape.input(view_of(x)), tape.input(view_of(nothing)));
  return matrix_of<float>(ConstMatrixView(y.value()));
}

void compare(Exercise& exercise, const Matrix& x, const char* what, const char* hint) {
  const Matrix actual = exercise_layer_norm(x), expected = layer_norm(x);
  exercise.expect(what, view_of(actual), view_of(expected), hint);
}

}  // namespace
}  // namespace transformer

int main() {
  using namespace transformer;
  Exercise exercise("unbiased_deviation");
  compare(exercise, Matrix{{1, 0, 0, 0}}, "LayerNorm([1, 0, 0, 0])",
          "the mean of four squares: what are they divided by?");
  compare(exercise, Matrix{{0.001f, 0, 0, 0}}, "LayerNorm([0.001, 0, 0, 0])",
          "epsilon is added to the variance, inside the root");
  compare(exercise, normal_matrix(3, 8, 1), "LayerNorm of random rows", "");
  return exercise.finish();
}
