// Checks halves_layout against the chapter's table.
#include "chapters/02_positional_encoding/exercises/halves_layout.hpp"
#include "chapters/02_positional_encoding/positional_encoding.hpp"
#include "src/book/exercise.hpp"

namespace transformer {
namespace {

/// All even columns of x, then all odd ones: pairs become halves.
Matrix in_halves(const Matrix& x) {
  Matrix halves = x;
  const size_t half = x.shape(1) / 2;
  for (size_t p = 0; p < x.shape(0); ++p) {
    for (size_t i = 0; i < half; ++i) {
      halves(p, i) = x(p, 2 * i);
      halves(p, half + i) = x(p, 2 * i + 1);
    }
  }
  return halves;
}

/// Columns 2i and 2i + 1 exchanged.
Matrix exchanged(const Matrix& x) {
  Matrix y = x;
  for (size_t p = 0; p < x.shape(0); ++p) {
    for (size_t j = 0; j < x.shape(1); ++j) y(p, j) = x(p, j % 2 == 0 ? j + 1 : j - 1);
  }
  return y;
}

}  // namespace
}  // namespace transformer

int main() {
  using namespace transformer;
  const Matrix expected = sinusoids(20, 8), halves = in_halves(expected);
  const Matrix backwards = in_halves(halves), swapped = exchanged(expected);

  Exercise exercise("halves_layout");
  exercise.name_places({},
                       {"sin_0", "cos_0", "sin_1", "cos_1", "sin_2", "cos_2", "sin_3", "cos_3"});
  const Matrix actual = exercise_interleave(halves);
  exercise.expect("table", view_of(actual), view_of(expected),
                  {{view_of(halves), "the columns are still in halves"},
                   {view_of(backwards), "this leads from pairs to halves: the other way"},
                   {view_of(swapped), "the sine of a pair comes first, its cosine second"}},
                  "column i of the left half goes to column 2i, of the right half to 2i + 1");
  return exercise.finish();
}
