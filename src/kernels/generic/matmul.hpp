// The matrix product, for any instruction set: cuts c into tiles that fit into the registers, and
// the factors into parts that fit into the caches (Goto and van de Geijn 2008, "Anatomy of
// High-Performance Matrix Multiplication").
//
//   for some columns of b at a time             (the packed part of b stays in the L2 cache)
//     for some of the inner dimension at a time
//       for a tile's height of rows of a        (the packed part of a stays in the L1 cache)
//         for a tile's width of those columns   (the tile stays in the registers)
#pragma once

#include <utility>

#include "src/kernels/generic/matmul_pack.hpp"
#include "src/kernels/generic/matmul_tile.hpp"
#include "src/kernels/matmul_table.hpp"

namespace transformer::kernel {

using MultiplyTile = void (*)(const Tile&);

template <class Arch>
struct TileKernels {
  MultiplyTile of_height[TileShape<Arch>::n_rows];  // [0] has one row
};

/// The tile kernels of one layout and one width, for every height.
template <class Arch, Layout layout, int n_vectors>
constexpr TileKernels<Arch> tile_kernels() {
  return []<int... i>(std::integer_sequence<int, i...>) {
    return TileKernels<Arch>{{&multiply_tile<Arch, layout, i + 1, n_vectors>...}};
  }
  (std::make_integer_sequence<int, TileShape<Arch>::n_rows>());
}

/// The kernel for a tile of `n_rows` rows and up to `n_columns` columns.
template <class Arch>
MultiplyTile tile_kernel(Layout layout, Index n_rows, Index n_columns) {
  static constexpr TileKernels<Arch> kernels[2][2] = {
      {tile_kernels<Arch, Layout::rows_apart, 1>(), tile_kernels<Arch, Layout::rows_apart, 2>()},
      {tile_kernels<Arch, Layout::rows_adjacent, 1>(),
       tile_kernels<Arch, Layout::rows_adjacent, 2>()}};
  const bool wide = n_columns > static_cast<Index>(xsimd::batch<float, Arch>::size);
  return kernels[layout == Layout::rows_adjacent][wide].of_height[n_rows - 1];
}

template <class Arch>
constexpr Index tile_columns = TileShape<Arch>::n_vectors* xsimd::batch<float, Arch>::size;
template <class Arch>
constexpr Index packed_rows = round_up(TileShape<Arch>::n_rows, xsimd::batch<float, Arch>::size);
template <class Arch>
constexpr Index inner_at_once = 256;

/// A part of the product: some columns, some of the inner dimension.
struct Part {
  Index first_column;
  Index n_columns;
  Index first_inner;
  Index n_inner;
};

/// Packs the columns [first, first + n) of a part of b: element (k, j) at k * tile_columns + j.
template <class Arch>
void pack_columns(const MatmulTask& task, const Part& part, Index first, Index n, float* packed) {
  const MatmulFactor& b = task.b;
  const Index column = part.first_column + first;
  if (b.transposed) {
    pack_transposed<Arch>(b.data + column * b.stride + part.first_inner, b.stride, n, part.n_inner,
                          packed, tile_columns<Arch>);
  } else {
    pack_straight<Arch>(b.data + part.first_inner * b.stride + column, b.stride, n, part.n_inner,
                        packed, tile_columns<Arch>);
  }
}

/// Packs the rows [first, first + n) of a part of a: element (i, k) at k * packed_rows + i.
template <class Arch>
void pack_rows(const MatmulTask& task, const Part& part, Index first, Index n, float* packed) {
  const MatmulFactor& a = task.a;
  if (a.transposed) {
    pack_straight<Arch>(a.data + part.first_inner * a.stride + first, a.stride, n, part.n_inner,
                        packed, packed_rows<Arch>);
  } else {
    pack_transposed<Arch>(a.data + first * a.stride + part.first_inner, a.stride, n, part.n_inner,
                          packed, packed_rows<Arch>);
  }
}

/// Multiplies some rows of a by a part of b, tile by tile. Packs b along the way, with the first
/// rows: so each panel is used at once while the L1 cache has it.
template <class Arch>
void multiply_rows(const MatmulTask& task, const Part& part, Index first_row, Index n_rows) {
  const bool is_first = part.first_inner == 0;
  const bool is_last = part.first_inner + part.n_inner == task.n_inner;
  Tile tile = {};
  tile.n_inner = part.n_inner;
  tile.c_stride = task.c_stride;
  tile.accumulate = task.accumulate || !is_first;
  tile.relu = task.relu && is_last;

  pack_rows<Arch>(task, part, first_row, n_rows, task.packed_a);
  tile.a = task.packed_a;
  tile.a_stride = packed_rows<Arch>;

  for (Index j = 0; j < part.n_columns; j += tile_columns<Arch>) {
    tile.n_columns =
        part.n_columns - j < tile_columns<Arch> ? part.n_columns - j : tile_columns<Arch>;
    float* packed_b = task.packed_b + j * part.n_inner;
    if (first_row == 0) pack_columns<Arch>(task, part, j, tile.n_columns, packed_b);
    tile.b = packed_b;
    tile.b_stride = tile_columns<Arch>;
    tile.c = task.c + first_row * task.c_stride + part.first_column + j;
    tile.bias = is_last && task.bias ? task.bias + part.first_column + j : nullptr;
    tile_kernel<Arch>(Layout::rows_adjacent, n_rows, tile.n_columns)(tile);
  }
}

/// How many pieces of at most `size` cover n; at least one.
template <class Arch>
constexpr Index n_pieces(Index n, Index size) {
  return n > size ? (n + size - 1) / size : 1;
}

template <class Arch>
void multiply(const MatmulTask& task) {
  // Equal pieces: no short one at the end.
  const Index n_inner_pieces = n_pieces<Arch>(task.n_inner, inner_at_once<Arch>);
  const Index n_row_pieces = n_pieces<Arch>(task.n_rows, TileShape<Arch>::n_rows);
  for (Index column = 0; column < task.n_columns; column += task.columns_at_once) {
    const Index columns_left = task.n_columns - column;
    for (Index piece = 0; piece < n_inner_pieces; ++piece) {
      const Index inner = piece * task.n_inner / n_inner_pieces;
      const Part part = {
          .first_column = column,
          .n_columns = columns_left < task.columns_at_once ? columns_left : task.columns_at_once,
          .first_inner = inner,
          .n_inner = (piece + 1) * task.n_inner / n_inner_pieces - inner,
      };
      for (Index i = 0; i < n_row_pieces; ++i) {
        const Index row = i * task.n_rows / n_row_pieces;
        multiply_rows<Arch>(task, part, row, (i + 1) * task.n_rows / n_row_pieces - row);
      }
    }
  }
}

template <class Arch>
constexpr MatmulKernels matmul_kernels() {
  return {.multiply = multiply<Arch>,
          .tile_rows = TileShape<Arch>::n_rows,
          .tile_columns = tile_columns<Arch>,
          .packed_rows = packed_rows<Arch>,
          .inner_at_once = inner_at_once<Arch>};
}

}  // namespace transformer::kernel
