// Into which blocks a matrix product is cut, so that threads share it well.
#pragma once

#include <algorithm>

#include "src/base/index.hpp"

namespace transformer::kernel {

/// A matrix (n_rows, n_columns) that is worked out in tiles, by so many threads.
struct GridProblem {
  Index n_rows, n_columns;
  Index tile_rows, tile_columns;
  Index n_threads;

  Index n_row_tiles() const { return (n_rows + tile_rows - 1) / tile_rows; }
  Index n_column_tiles() const { return (n_columns + tile_columns - 1) / tile_columns; }
  /// Neither rows nor columns are cut into more blocks.
  Index most_row_blocks() const { return std::min(n_row_tiles(), 2 * n_threads); }
  Index most_column_blocks() const { return std::min(n_column_tiles(), 2 * n_threads); }
};

/// Into how many blocks the rows and the columns are cut.
struct Grid {
  Index n_row_blocks = 1;
  Index n_column_blocks = 1;
};

/// To pack an element costs as much as so many multiplications.
inline constexpr Index pack_cost = 4;

/// The grid whose busiest thread has the least to do. `n_rows`, `n_columns`, `n_threads` >= 1.
Grid choose_grid(const GridProblem& problem);

}  // namespace transformer::kernel
