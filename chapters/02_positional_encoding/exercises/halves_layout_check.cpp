// Checks halves_layout against the chapter's table.
#include <cmath>

#include "chapters/02_positional_encoding/exercises/halves_layout.hpp"
#include "chapters/02_positional_encoding/positional_encoding.hpp"
#include "src/book/exercise.hpp"

namespace transformer {
namespace {

/// The paper's sinusoids in the layout of halves.
Matrix sinusoids_in_halves(Index n_positions, Index d_model) {
  Matrix table = zeros(n_positions, d_model);
  const Index half = d_model / 2;
  for (Index p = 0; p < n_positions; ++p) {
    for (Index i = 0; i < half; ++i) {
      const double exponent = 2.0 * static_cast<double>(i) / static_cast<double>(d_model);
      const double angle = static_cast<double>(p) / std::pow(10000.0, exponent);
      table(p, i) = static_cast<float>(std::sin(angle));
      table(p, half + i) = static_cast<float>(std::cos(angle));
    }
  }
  return table;
}

}  // namespace
}  // namespace transformer

int main() {
  using namespace transformer;
  const Matrix expected = sinusoids(20, 8);
  const Matrix actual = exercise_interleave(sinusoids_in_halves(20, 8));

  Exercise exercise("halves_layout");
  exercise.expect("sines of position 1", view_of(actual).rows(1, 2).columns(0, 1),
                  view_of(expected).rows(1, 2).columns(0, 1),
                  "column i of the left half goes to column 2i");
  exercise.expect("table", view_of(actual), view_of(expected),
                  "column i of the right half goes to column 2i + 1");
  return exercise.finish();
}
