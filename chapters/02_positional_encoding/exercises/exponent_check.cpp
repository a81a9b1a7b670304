// Checks exponent against the chapter's table.
#include <cmath>

#include "chapters/02_positional_encoding/exercises/exponent.hpp"
#include "chapters/02_positional_encoding/positional_encoding.hpp"
#include "src/book/exercise.hpp"

int main() {
  using namespace transformer;
  const Matrix expected = sinusoids(20, 8), actual = exercise_sinusoids(20, 8);

  Exercise exercise("exponent");
  exercise.expect("position 0", view_of(actual).rows(0, 1), view_of(expected).rows(0, 1), "");
  const double sine = actual(3, 0), cosine = actual(3, 1);
  exercise.expect("sin^2 + cos^2 of position 3's first pair", sine * sine + cosine * cosine, 1.0,
                  "the two columns of a pair have one angle");
  exercise.expect("table", view_of(actual), view_of(expected),
                  "the loop's i goes 0, 2, 4, ...: is it the formula's i, or 2i?");
  return exercise.finish();
}
