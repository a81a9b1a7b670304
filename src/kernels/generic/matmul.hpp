// The matrix product, for any instruction set: cuts c into tiles that fit into the registers, and
// the factors into parts that fit into the caches (Goto and van de Geijn 2008, "Anatomy of
// High-Performance Matrix Multiplication").
//
//   for some columns of b at a time             (the packed part of b stays in the L2 cache)
//     for some of the inner dimension at a time
//       for a tile's height of rows of a        (the packed part of a stays in the L1 cache)
//         for a tile's width of those columns   (the tile stays in the registers)
//
// Rows of a, and what is used only a few times, are read where they lie if they may be.
#pragma once

#include "src/kernels/generic/matmul_dots.hpp"
#include "src/kernels/generic/matmul_row_sums.hpp"
#include "src/kernels/generic/matmul_sources.hpp"
#include "src/kernels/matmul_table.hpp"

namespace transformer::kernel {

/// Multiplies some rows of a by a part of b, tile by tile.
template <class Arch>
void multiply_rows(const MatmulTask& task, const Part& part, Index row, Index n_rows) {
  const bool is_first = part.first_inner == 0;
  const bool is_last = part.first_inner + part.n_inner == task.n_inner;
  Tile tile = {};
  tile.n_inner = part.n_inner;
  tile.c_stride = task.c_stride;
  tile.accumulate = task.accumulate || !is_first;
  tile.relu = task.relu && is_last;
  const Layout layout = choose_rows<Arch>(task, part, row, n_rows, tile);
  const Index end = part.first_column + part.n_columns;
  for (Index column = part.first_column; column < end; column += tile.n_columns) {
    choose_columns<Arch>(task, part, row, n_rows, column, tile);
    tile.c = task.c + row * task.c_stride + column;
    tile.bias = is_last && task.bias ? task.bias + column : nullptr;
    tile_kernel<Arch>(layout, n_rows, tile.n_columns)(tile);
  }
}

/// n cut into equal pieces of at most `largest`, so that no short one is left at the end.
template <class Arch>
struct Pieces {
  Index count = 1, size, n_longer = 0;  // the first n_longer are longer by one

  Pieces(Index n, Index largest) : size(n) {
    if (n <= largest) return;  // spares small products the divisions
    count = (n + largest - 1) / largest;
    size = n / count;
    n_longer = n - count * size;
  }
  Index begin(Index i) const { return i * size + (i < n_longer ? i : n_longer); }
};

template <class Arch>
void pack(const PackTask& task) {
  const Pieces<Arch> inner(task.n_inner, inner_at_once<Arch>);
  for (Index k = 0; k < inner.count; ++k) {
    const Index first = inner.begin(k), n_inner = inner.begin(k + 1) - first;
    for (Index column = task.first_column; column < task.end_column; column += tile_columns<Arch>) {
      const float* from = place<Arch>(task.b, first, column);
      const Index n_left = task.end_column - column;
      pack_columns<Arch>(task.b, from, n_left < tile_columns<Arch> ? n_left : tile_columns<Arch>,
                         n_inner,
                         task.packed + place_of_tile<Arch>(task.n_columns, column, first, n_inner));
    }
  }
}

template <class Arch>
void multiply(const MatmulTask& task) {
  if (task.method == MatmulMethod::dots) return multiply_by_dots<Arch>(task);
  if (task.method == MatmulMethod::row_sums) {
    return task.n_rows == 1 ? multiply_by_row_sums<Arch, 1>(task)
                            : multiply_by_row_sums<Arch, 2>(task);
  }
  //! [multiply]
  constexpr Index panel_floats = inner_at_once<Arch> * tile_columns<Arch>;
  const Index columns_at_once = task.packed_b_floats / panel_floats * tile_columns<Arch>;
  const Pieces<Arch> inner(task.n_inner, inner_at_once<Arch>);
  const Pieces<Arch> rows(task.n_rows, TileShape<Arch>::n_rows);
  for (Index column = 0; column < task.n_columns; column += columns_at_once) {
    const Index columns_left = task.n_columns - column;
    for (Index k = 0; k < inner.count; ++k) {
      const Part part = {
          .first_column = column,
          .n_columns = columns_left < columns_at_once ? columns_left : columns_at_once,
          .first_inner = inner.begin(k),
          .n_inner = inner.begin(k + 1) - inner.begin(k),
      };
      for (Index i = 0; i < rows.count; ++i) {
        multiply_rows<Arch>(task, part, rows.begin(i), rows.begin(i + 1) - rows.begin(i));
      }
    }
  }
  //! [multiply]
}

template <class Arch>
constexpr MatmulKernels matmul_kernels() {
  return {.multiply = multiply<Arch>,
          .pack = pack<Arch>,
          .tile_rows = TileShape<Arch>::n_rows,
          .tile_columns = tile_columns<Arch>,
          .packed_a_floats = copied_stride<Arch> * packed_rows<Arch>,
          .panel_floats = inner_at_once<Arch> * tile_columns<Arch>};
}

}  // namespace transformer::kernel
