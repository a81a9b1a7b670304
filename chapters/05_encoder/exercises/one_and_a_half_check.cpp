// Checks one_and_a_half against the chapter's own layer normalization.
#include <cmath>

#include "chapters/05_encoder/exercises/one_and_a_half.hpp"
#include "chapters/05_encoder/program/parts.hpp"
#include "src/book/examples.hpp"
#include "src/book/exercise.hpp"

namespace transformer {
namespace {

/// (x - mean) / deviation, where the squares are divided by n - `less`.
Matrix mistaken(const Matrix& x, double less, bool epsilon_outside) {
  Matrix y = x;
  const auto n = static_cast<double>(x.shape(1));
  for (size_t i = 0; i < x.shape(0); ++i) {
    double mean = 0, squares = 0;
    for (size_t c = 0; c < x.shape(1); ++c) mean += x(i, c) / n;
    for (size_t c = 0; c < x.shape(1); ++c) squares += (x(i, c) - mean) * (x(i, c) - mean);
    const double variance = squares / (n - less);
    const double deviation =
        epsilon_outside ? std::sqrt(variance) + 1e-5 : std::sqrt(variance + 1e-5);
    for (size_t c = 0; c < x.shape(1); ++c) {
      y(i, c) = static_cast<float>((x(i, c) - mean) / deviation);
    }
  }
  return y;
}

void compare(Exercise& exercise, const Matrix& x, const char* what) {
  const Matrix actual = exercise_normalized(x), expected = normalised(x),
               both = mistaken(x, 1, true), unbiased = mistaken(x, 1, false),
               outside = mistaken(x, 0, true);
  exercise.expect(
      what, view_of(actual), view_of(expected),
      {{view_of(both), "this is still what you were given"},
       {view_of(unbiased), "how many squares are there, and by what is their sum divided?"},
       {view_of(outside),
        "a row that is nearly constant is blown up to full size: to what is epsilon added?"}},
      "take one row, and do it by hand");
}

}  // namespace
}  // namespace transformer

int main() {
  using namespace transformer;
  Exercise exercise("one_and_a_half");
  compare(exercise, Matrix{{1, 0, 0, 0}}, "LayerNorm of [1, 0, 0, 0]");
  compare(exercise, Matrix{{0.001f, 0, 0, 0}}, "LayerNorm of [0.001, 0, 0, 0]");
  compare(exercise, normal_matrix(3, 8, 1), "LayerNorm of random rows");
  return exercise.finish();
}
