// The check says: divide the inner product by both lengths
#include "chapters/01_embeddings/exercises/nearest.hpp"

#include <cmath>

namespace transformer {

static float cosine(const Matrix& table, size_t a, size_t b) {
  float product = 0, a_squared = 0, b_squared = 0;
  for (size_t c = 0; c < table.shape(1); ++c) {
    product += table(a, c) * table(b, c);
    a_squared += table(a, c) * table(a, c);
    b_squared += table(b, c) * table(b, c);
  }
  return product;
}

size_t exercise_nearest(const Matrix& table, size_t word) {
  size_t nearest = word;
  float largest = -2;  // less than any cosine
  for (size_t other = 0; other < table.shape(0); ++other) {
    if (other == word) continue;
    const float c = cosine(table, word, other);
    if (c > largest) largest = c, nearest = other;
  }
  return nearest;
}

}  // namespace transformer
