// Checks nearest on seven words whose angles are plain to see: `dog` is near `cat`; `red` is long,
// so its inner products are large, and `of` is short; `not` points away from all others, whose
// cosines are negative.
#include "chapters/01_embeddings/exercises/nearest.hpp"

#include <string>
#include <vector>

#include "src/book/exercise.hpp"

int main() {
  using namespace transformer;
  const std::vector<std::string> words = {"cat", "dog", "sees", "finds", "red", "not", "of"};
  const Matrix table = {{1.0f, 0.1f, 0.2f}, {1.0f, 0.2f, 0.1f}, {0.1f, 1.0f, 0.1f},
                        {0.2f, 1.0f, 0.0f}, {4.0f, 0.0f, 4.0f}, {-1.0f, -1.0f, -0.2f},
                        {0.1f, 0.1f, 0.0f}};
  const auto nearest = [&](size_t word) -> std::string {
    const size_t found = exercise_nearest(table, word);
    return found < words.size() ? words[found] : "no word";
  };

  Exercise exercise("nearest");
  exercise.expect("nearest of `cat`", nearest(0), "dog",
                  {{"cat", "a word has the angle 0 with itself: leave it out"},
                   {"red", "`red` is only long: divide the inner product by both lengths"},
                   {"of", "`of` is only short: divide by the lengths, not by their squares"},
                   {"not", "a small angle has a large cosine: this is the farthest"}},
                  "the largest cosine with `cat`");
  exercise.expect("nearest of `finds`", nearest(3), "sees", "the largest cosine with `finds`");
  exercise.expect("nearest of `not`", nearest(5), "red",
                  {{"not", "all cosines are negative here: where does the search begin?"},
                   {"cat", "all cosines are negative here: where does the search begin?"},
                   {"of", "divide by both lengths: `of` is only short"}},
                  "the largest cosine with `not`, though it is negative");
  return exercise.finish();
}
