// Checks packed_places against the chapter's own encoding.
#include <vector>

#include "chapters/02_positional_encoding/exercises/packed_places.hpp"
#include "chapters/02_positional_encoding/positional_encoding.hpp"
#include "src/book/exercise.hpp"

namespace transformer {
namespace {

/// Rows of the table, one below the other.
Matrix places(const Matrix& table, const std::vector<Index>& which) {
  Matrix y = zeros(static_cast<Index>(which.size()), static_cast<Index>(table.shape(1)));
  for (size_t i = 0; i < which.size(); ++i) {
    xt::row(y, static_cast<Index>(i)) = xt::row(table, which[i]);
  }
  return y;
}

}  // namespace
}  // namespace transformer

int main() {
  using namespace transformer;
  const Matrix table = sinusoids(12, 4);
  const std::vector<Index> offsets = {0, 3, 5, 9};
  const Matrix x = zeros(9, 4), actual = exercise_add_places(x, offsets, table);
  const Matrix expected = places(table, {0, 1, 2, 0, 1, 0, 1, 2, 3}),
               goes_on = places(table, {0, 1, 2, 3, 4, 5, 6, 7, 8}),
               from_one = places(table, {1, 2, 3, 1, 2, 1, 2, 3, 4}),
               of_sentences = places(table, {0, 0, 0, 1, 1, 2, 2, 2, 2}),
               from_end = places(table, {2, 1, 0, 1, 0, 3, 2, 1, 0});

  Exercise exercise("packed_places");
  exercise.name_places({"the", "black", "cat", "I", "see", "who", "saw", "the", "dog"},
                       {"sin_0", "cos_0", "sin_1", "cos_1"});
  exercise.expect("codes of three sentences", view_of(actual), view_of(expected),
                  {{view_of(goes_on), "the first word of every sentence stands at place 0"},
                   {view_of(from_one), "places count from 0, not from 1"},
                   {view_of(of_sentences), "this is the number of the sentence, not the place"},
                   {view_of(from_end), "places count from the sentence's begin, not from its end"}},
                  "which place has a token in its own sentence?");
  return exercise.finish();
}
