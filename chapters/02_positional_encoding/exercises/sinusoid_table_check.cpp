// Checks sinusoid_table against the chapter's table.
#include <cmath>

#include "chapters/02_positional_encoding/exercises/sinusoid_table.hpp"
#include "chapters/02_positional_encoding/positional_encoding.hpp"
#include "src/book/exercise.hpp"

namespace transformer {
namespace {

/// Columns 2i and 2i + 1 as sine and cosine of p / 10000^(factor 2i / d_model).
Matrix with_exponents(Index n_positions, Index d_model, double factor) {
  Matrix table = zeros(n_positions, d_model);
  for (Index p = 0; p < n_positions; ++p) {
    for (Index column = 0; column < d_model; ++column) {
      const double share = static_cast<double>(column / 2 * 2) / static_cast<double>(d_model);
      const double angle = static_cast<double>(p) / std::pow(10000.0, factor * share);
      table(p, column) = static_cast<float>(column % 2 == 0 ? std::sin(angle) : std::cos(angle));
    }
  }
  return table;
}

}  // namespace
}  // namespace transformer

int main() {
  using namespace transformer;
  const Matrix expected = sinusoids(20, 8), actual = exercise_sinusoids(20, 8);
  const Matrix doubled = with_exponents(20, 8, 2), halved = with_exponents(20, 8, 0.5);

  Exercise exercise("sinusoid_table");
  exercise.name_places({},
                       {"sin_0", "cos_0", "sin_1", "cos_1", "sin_2", "cos_2", "sin_3", "cos_3"});
  const double sine = actual(3, 0), cosine = actual(3, 1);
  exercise.expect("sin^2 + cos^2 of position 3's first pair", sine * sine + cosine * cosine, 1.0,
                  "the sine and the cosine of a pair have one and the same angle");
  exercise.expect("table", view_of(actual), view_of(expected),
                  {{view_of(doubled), "the loop's i goes 0, 2, 4, ...: it is 2i already"},
                   {view_of(halved), "the exponents are half of what they should be"}},
                  "which angle belongs to each column? write down those of columns 0 to 3");
  return exercise.finish();
}
