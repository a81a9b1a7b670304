// Checks context against the rows that have read everything.
#include "chapters/09_recurrent_networks/exercises/context.hpp"
#include "src/book/examples.hpp"
#include "src/book/exercise.hpp"

namespace transformer {
namespace {

const std::vector<Index> offsets = {0, 3, 4, 8};

/// The rows of two layers side by side: of each sentence the first or the last.
Matrix side_by_side(const Matrix& left, bool left_last, const Matrix& right, bool right_last) {
  const size_t d = left.shape(1);
  Matrix context = zeros(3, static_cast<Index>(2 * d));
  for (size_t s = 0; s < 3; ++s) {
    const auto begin = static_cast<size_t>(offsets[s]),
               last = static_cast<size_t>(offsets[s + 1]) - 1;
    for (size_t j = 0; j < d; ++j) {
      context(s, j) = left(left_last ? last : begin, j);
      context(s, d + j) = right(right_last ? last : begin, j);
    }
  }
  return context;
}

}  // namespace
}  // namespace transformer

int main() {
  using namespace transformer;
  const Matrix forwards = normal_matrix(8, 2, 1), backwards = normal_matrix(8, 2, 2);
  const Matrix right = side_by_side(forwards, true, backwards, false),
               ends = side_by_side(forwards, true, backwards, true),
               begins = side_by_side(forwards, false, backwards, false),
               swapped = side_by_side(backwards, false, forwards, true);
  Exercise exercise("context");
  exercise.name_places({"sentence of 3 words", "sentence of 1 word", "sentence of 4 words"},
                       {"forwards 0", "forwards 1", "backwards 0", "backwards 1"});
  const Matrix actual = exercise_context(forwards, backwards, offsets);
  exercise.expect("context", view_of(actual), view_of(right),
                  {{view_of(ends), "at its last word the backwards layer has read one word"},
                   {view_of(begins),
                    "the first word of its sentence: the forwards layer has read nothing else yet"},
                   {view_of(swapped), "the forwards half stands first"}},
                  "take what each layer said when it had read everything");
  return exercise.finish();
}
