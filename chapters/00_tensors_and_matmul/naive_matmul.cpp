#include "chapters/00_tensors_and_matmul/naive_matmul.hpp"

#include <algorithm>
#include <vector>

namespace transformer {

//! [naive]
void naive_matmul(ConstMatrixView a, ConstMatrixView b, MatrixView c) {
  for (Index i = 0; i < c.n_rows; ++i) {
    for (Index j = 0; j < c.n_columns; ++j) {
      float sum = 0.0f;
      for (Index l = 0; l < a.n_columns; ++l) sum += a(i, l) * b(l, j);
      c(i, j) = sum;
    }
  }
}
//! [naive]

//! [reordered]
void reordered_matmul(ConstMatrixView a, ConstMatrixView b, MatrixView c) {
  for (Index i = 0; i < c.n_rows; ++i) {
    float* const c_row = c.row(i);
    std::fill_n(c_row, c.n_columns, 0.0f);
    for (Index l = 0; l < a.n_columns; ++l) {
      const float a_il = a(i, l);
      const float* const b_row = b.row(l);
      for (Index j = 0; j < c.n_columns; ++j) c_row[j] += a_il * b_row[j];
    }
  }
}
//! [reordered]

//! [blocked]
namespace {

constexpr Index tile_rows = 4;
constexpr Index tile_columns = 16;

/// One tile (4, 16) of c. The sums are local arrays of fixed size: the compiler keeps them in
/// registers. Each number of a is used for 16 sums, each number of b for 4.
void multiply_tile(ConstMatrixView a, ConstMatrixView b, MatrixView c) {
  float sums_0[tile_columns] = {}, sums_1[tile_columns] = {};
  float sums_2[tile_columns] = {}, sums_3[tile_columns] = {};
  for (Index l = 0; l < a.n_columns; ++l) {
    const float a_0 = a(0, l), a_1 = a(1, l), a_2 = a(2, l), a_3 = a(3, l);
    const float* const b_row = b.row(l);
    for (Index j = 0; j < tile_columns; ++j) {
      sums_0[j] += a_0 * b_row[j];
      sums_1[j] += a_1 * b_row[j];
      sums_2[j] += a_2 * b_row[j];
      sums_3[j] += a_3 * b_row[j];
    }
  }
  std::copy_n(sums_0, tile_columns, c.row(0));
  std::copy_n(sums_1, tile_columns, c.row(1));
  std::copy_n(sums_2, tile_columns, c.row(2));
  std::copy_n(sums_3, tile_columns, c.row(3));
}

}  // namespace

void blocked_matmul(ConstMatrixView a, ConstMatrixView b, MatrixView c) {
  std::vector<float> packed(static_cast<size_t>(b.n_rows * tile_columns));
  for (Index j = 0; j < c.n_columns; j += tile_columns) {
    // Copy a strip of b, so that all tiles below each other read it from one place.
    const Index j_end = std::min(j + tile_columns, c.n_columns);
    const MatrixView strip(packed.data(), b.n_rows, j_end - j);
    for (Index l = 0; l < b.n_rows; ++l) std::copy_n(b.row(l) + j, j_end - j, strip.row(l));

    for (Index i = 0; i < c.n_rows; i += tile_rows) {
      const Index i_end = std::min(i + tile_rows, c.n_rows);
      const MatrixView tile = c.rows(i, i_end).columns(j, j_end);
      // Tiles at the lower and right edges may be smaller.
      const bool is_full = tile.n_rows == tile_rows && tile.n_columns == tile_columns;
      (is_full ? multiply_tile : reordered_matmul)(a.rows(i, i_end), strip, tile);
    }
  }
}
//! [blocked]

}  // namespace transformer
