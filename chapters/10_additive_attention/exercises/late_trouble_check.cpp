// Checks late_trouble on scores of every size.
#include "chapters/10_additive_attention/exercises/late_trouble.hpp"
#include "src/book/additive_formulas.hpp"
#include "src/book/exercise.hpp"

namespace transformer {
namespace {

Matrix right(const Matrix& scores) { return formula::softmax(MatrixOf<double>(scores)); }

void compare(Exercise& exercise, std::string_view what, const Matrix& scores,
             std::string_view sentence) {
  const Matrix expected = right(scores), limited = right(xt::minimum(scores, 80.0f)),
               actual = exercise_shares(scores);
  exercise.expect(what, view_of(actual), view_of(expected),
                  {{view_of(limited), "that makes large scores alike: the differences count"}},
                  sentence);
}

}  // namespace
}  // namespace transformer

int main() {
  using namespace transformer;
  Exercise exercise("late_trouble");
  compare(exercise, "small scores", {{0.5f, -1, 2}, {0, 0, 0}}, "these were right before");
  compare(exercise, "large scores", {{100, 99, 90}, {95, 95, 95}},
          "the exponential of 89 is more than a float can be");
  compare(exercise, "one large score among small ones", {{400, -200, -200}},
          "the mean may lie far below the largest score");
  compare(exercise, "a row of large scores above a row of small ones", {{300, 299}, {-1, -2}},
          "a row far below the largest score of all has exponentials of 0, and 0 / 0 is no number");
  return exercise.finish();
}
