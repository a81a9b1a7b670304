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
#include "src/kernels/generic/matmul_pack.hpp"
#include "src/kernels/generic/matmul_row_sums.hpp"
#include "src/kernels/generic/matmul_tile.hpp"
#include "src/kernels/matmul_table.hpp"

namespace transformer::kernel {

/// What a tile reads side by side, rows of a or of b that lie no further apart than this, finds
/// room in the L1 cache; a larger power of two sends all of it to the same few places.
constexpr Index direct_stride = 512;

/// To pack b costs more than it saves up to so many rows of a. Few rows read it where it lies even
/// if it is packed already, and whatever its stride.
template <class Arch>
constexpr Index direct_b_rows = 20 * TileShape<Arch>::n_rows;
template <class Arch>
constexpr Index few_rows = 4 * TileShape<Arch>::n_rows;

/// To copy rows of a, or to pack a where it is transposed, costs more than it saves up to so many
/// columns of b.
template <class Arch>
constexpr Index few_columns = 2 * tile_columns<Arch>;
template <class Arch>
constexpr Index direct_transposed_a_columns = 8 * tile_columns<Arch>;

/// How many steps ahead memory is asked for that is read where it lies.
constexpr Index steps_ahead = 16;

/// A part of the product: some columns, some of the inner dimension.
struct Part {
  Index first_column;
  Index n_columns;
  Index first_inner;
  Index n_inner;
};

/// Gives the tile its rows of a: where they lie, or packed.
template <class Arch>
Layout choose_rows(const MatmulTask& task, const Part& part, Index row, Index n_rows, Tile& tile) {
  const MatmulFactor& a = task.a;
  const float* from = place<Arch>(a, row, part.first_inner);
  const bool is_direct = task.n_columns <= few_columns<Arch> ||
                         (a.transposed ? task.n_columns <= direct_transposed_a_columns<Arch>
                                       : a.stride <= direct_stride);
  if (is_direct) {
    tile.a = from;
    tile.a_stride = a.stride;
    return a.transposed ? Layout::rows_adjacent : Layout::rows_apart;
  }
  tile.a = task.packed_a;
  if (a.transposed) {
    pack_straight<Arch>(from, a.stride, n_rows, part.n_inner, task.packed_a, packed_rows<Arch>);
    tile.a_stride = packed_rows<Arch>;
    return Layout::rows_adjacent;
  }
  pack_straight<Arch>(from, a.stride, part.n_inner, n_rows, task.packed_a, copied_stride<Arch>);
  tile.a_stride = copied_stride<Arch>;
  return Layout::rows_apart;
}

/// Packs a tile's columns of b.
template <class Arch>
void pack_columns(const MatmulFactor& b, const float* from, Index n_columns, Index n_inner,
                  float* packed) {
  if (b.transposed) {
    pack_transposed<Arch>(from, b.stride, n_columns, n_inner, packed, tile_columns<Arch>);
  } else {
    pack_straight<Arch>(from, b.stride, n_columns, n_inner, packed, tile_columns<Arch>);
  }
}

/// Where the tile that begins at `column` lies in a matrix that is packed as a whole: one part of
/// the inner dimension after the other, in each the tiles side by side.
template <class Arch>
Index place_of_tile(Index n_columns, Index column, Index first_inner, Index n_inner) {
  return first_inner * round_up(n_columns, tile_columns<Arch>) + column * n_inner;
}

/// Lets the tile ask for what is packed, or read in place, after it. What is transposed comes in
/// long runs, without being asked.
template <class Arch>
void prefetch_ahead(const MatmulTask& task, const Part& part, Index row, Index n_rows, Index column,
                    Tile& tile) {
  const MatmulFactor &a = task.a, &b = task.b;
  const Index next_column = column + tile_columns<Arch>, next_row = row + n_rows;
  // The rows from 0 on: the next columns of b.
  if (row == 0 && !b.transposed) {
    tile.upcoming = place<Arch>(b, part.first_inner, next_column);
    tile.upcoming_stride = b.stride;
    return;
  }
  // Then the next rows of a: each tile asks for two of them, or the last one for all.
  if (!a.transposed) {
    const Index nth = 2 * (column - part.first_column) / tile_columns<Arch>;
    if (nth >= n_rows || next_row + nth + 1 >= task.n_rows) return;
    tile.upcoming = place<Arch>(a, next_row + nth, part.first_inner);
    tile.upcoming_stride = 1;
    tile.upcoming_gap = a.stride;
  } else if (next_column >= part.first_column + part.n_columns) {
    tile.upcoming = place<Arch>(a, next_row, part.first_inner);
    tile.upcoming_stride = a.stride;
  }
}

/// Gives the tile its columns of b, from `column` on: where they lie, as many as it can take, or
/// packed. The rows from 0 on pack them, unless all of b is packed already; those that follow find
/// them packed.
template <class Arch>
void choose_columns(const MatmulTask& task, const Part& part, Index row, Index n_rows, Index column,
                    Tile& tile) {
  const MatmulFactor& b = task.b;
  const Index n_left = part.first_column + part.n_columns - column;
  const float* from = place<Arch>(b, part.first_inner, column);
  tile.upcoming_gap = cache_line;
  const bool is_direct =
      !b.transposed &&
      (task.n_rows <= few_rows<Arch> ||
       (!task.whole_packed_b && task.n_rows <= direct_b_rows<Arch> && b.stride <= direct_stride));
  if (is_direct && n_left >= n_lanes<Arch>) {
    Index width = widest_tile<Arch>(n_rows) * n_lanes<Arch>;
    while (width > n_left) width /= 2;
    tile.n_columns = width;
    tile.b = from;
    tile.b_stride = b.stride;
    tile.upcoming = from + steps_ahead * b.stride;
    tile.upcoming_stride = b.stride;
    return;
  }
  tile.n_columns = n_left < tile_columns<Arch> ? n_left : tile_columns<Arch>;
  tile.b_stride = tile_columns<Arch>;
  if (task.whole_packed_b && !is_direct) {
    tile.b = task.whole_packed_b + place_of_tile<Arch>(task.whole_n_columns,
                                                       task.whole_first_column + column,
                                                       part.first_inner, part.n_inner);
    tile.upcoming = tile.b + tile.n_columns * part.n_inner;
    tile.upcoming_stride = tile_columns<Arch>;
    if (row == 0) return;
  } else {
    float* packed = task.packed_b + (column - part.first_column) * part.n_inner;
    if (row == 0) pack_columns<Arch>(b, from, tile.n_columns, part.n_inner, packed);
    tile.b = packed;
    tile.upcoming = packed;
    tile.upcoming_stride = 0;
  }
  prefetch_ahead<Arch>(task, part, row, n_rows, column, tile);
}

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
