// Checks blocked_loop against the chapter's product, and that it goes by tiles.
#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "chapters/00_tensors_and_matmul/exercises/blocked_loop.hpp"
#include "chapters/00_tensors_and_matmul/naive_matmul.hpp"
#include "src/book/examples.hpp"
#include "src/book/exercise.hpp"

namespace transformer {
namespace {

Index n_tiles = 0, largest_side = 0;

void compare(Exercise& exercise, Index m, Index k, Index n, const char* hint) {
  const std::string sizes = fmt::format(", m = {}, k = {}, n = {}", m, k, n);
  const Matrix a = normal_matrix(m, k, 1), b = normal_matrix(k, n, 2);
  const Matrix before = normal_matrix(m, n, 3);
  Matrix expected = zeros(m, n), actual = before;
  naive_matmul(view_of(a), view_of(b), view_of(expected));
  n_tiles = largest_side = 0;
  exercise_matmul(view_of(a), view_of(b), view_of(actual));
  const auto pieces = [](Index size) { return (size + tile - 1) / tile; };
  exercise.expect("number of tiles" + sizes, static_cast<double>(n_tiles),
                  static_cast<double>(pieces(m) * pieces(k) * pieces(n)),
                  {{static_cast<double>((m / tile) * (k / tile) * (n / tile)),
                    "the last piece is left out where it is smaller than a tile"}},
                  "one call for each piece of m, of n and of k");
  exercise.expect("largest side of a tile" + sizes, static_cast<double>(largest_side),
                  static_cast<double>(tile), "each of the three loops steps by tile");
  const Matrix added = before + expected;
  exercise.expect("product" + sizes, view_of(actual), view_of(expected),
                  {{view_of(added), "c holds anything at first: begin with zeros"}}, hint);
}

}  // namespace

void multiply_tile(ConstMatrixView a, ConstMatrixView b, MatrixView c) {
  ++n_tiles;
  largest_side = std::max({largest_side, c.n_rows, c.n_columns, a.n_columns});
  for (Index i = 0; i < c.n_rows; ++i) {
    for (Index j = 0; j < c.n_columns; ++j) {
      for (Index l = 0; l < a.n_columns; ++l) c(i, j) += a(i, l) * b(l, j);
    }
  }
}

}  // namespace transformer

int main() {
  using namespace transformer;
  Exercise exercise("blocked_loop");
  compare(exercise, 8, 12, 4, "a tile of c takes a's rows, b's columns, and the same piece of k");
  compare(exercise, 5, 7, 6,
          "the last piece ends at the matrix's edge: std::min(i + tile, n_rows)");
  return exercise.finish();
}
