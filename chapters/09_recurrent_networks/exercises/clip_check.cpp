// Checks clip against a factor for the whole gradient.
#include "chapters/09_recurrent_networks/exercises/clip.hpp"

#include <algorithm>
#include <cmath>

#include "src/book/exercise.hpp"

namespace transformer {
namespace {

void compare(Exercise& exercise, std::string_view what, const Matrix& gradient, float most) {
  const float squares = xt::sum(gradient * gradient)(), norm = std::sqrt(squares);
  const float largest = xt::amax(xt::abs(gradient))();
  const auto scaled = [&](float length) {
    return length > most ? Matrix(gradient * (most / length)) : gradient;
  };
  const Matrix expected = scaled(norm), by_largest = scaled(largest), by_squares = scaled(squares);
  const Matrix always = gradient * (most / norm), each = xt::clip(gradient, -most, most);
  const Matrix actual = exercise_clip(gradient, most);
  exercise.expect(
      what, view_of(actual), view_of(expected),
      {{view_of(each), "each number was cut by itself: the direction is another one now"},
       {view_of(always), "a short gradient is to stay as it is"},
       {view_of(by_largest),
        "the length is the root of the sum of squares, not its largest number"},
       {view_of(by_squares), "divide by the length: take the root of the sum"}},
      "one factor for all numbers");
}

}  // namespace
}  // namespace transformer

int main() {
  using namespace transformer;
  Exercise exercise("clip");
  compare(exercise, "(3, 4), at most 1", Matrix{{3, 4}}, 1);
  compare(exercise, "(0.3, 0.4), at most 1", Matrix{{0.3f, 0.4f}}, 1);
  compare(exercise, "four numbers, at most 2", Matrix{{1, -2}, {3, 0.5f}}, 2);
  return exercise.finish();
}
