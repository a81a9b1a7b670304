// Where a tile of the matrix product reads its rows of a and its columns of b: in place, or packed.
#pragma once

#include "src/kernels/generic/matmul_pack.hpp"
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
                         (a.stride <= direct_stride &&
                          (!a.transposed || task.n_columns <= direct_transposed_a_columns<Arch>));
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
  // The last columns: the next rows of a.
  if (next_column < part.first_column + part.n_columns || next_row >= task.n_rows) return;
  tile.upcoming = place<Arch>(a, next_row, part.first_inner);
  tile.upcoming_length = a.transposed ? n_rows : part.n_inner;
  tile.upcoming_stride = a.stride;
}

/// Where a tile reads its columns of b.
enum class Source {
  in_place,
  packed_for_all,  ///< All of b was packed before the product.
  packed_here,     ///< The rows from 0 on pack them, those that follow find them packed.
};

/// `n_left` columns of the part are left.
template <class Arch>
Source source_of_b(const MatmulTask& task, Index n_left) {
  const MatmulFactor& b = task.b;
  const bool is_direct =
      !b.transposed &&
      (task.n_rows <= few_rows<Arch> ||
       (!task.whole_packed_b && task.n_rows <= direct_b_rows<Arch> && b.stride <= direct_stride));
  if (is_direct && n_left >= n_lanes<Arch>) return Source::in_place;
  return task.whole_packed_b && !is_direct ? Source::packed_for_all : Source::packed_here;
}

/// Gives the tile as many columns as it can take.
template <class Arch>
void read_in_place(const MatmulFactor& b, const float* from, Index n_rows, Index n_left,
                   Tile& tile) {
  tile.n_columns = widest_tile<Arch>(n_rows) * n_lanes<Arch>;
  while (tile.n_columns > n_left) tile.n_columns /= 2;
  tile.b = from;
  tile.b_stride = b.stride;
  tile.upcoming = from + steps_ahead * b.stride;
  tile.upcoming_length = tile.n_columns;
  tile.upcoming_stride = b.stride;
}

template <class Arch>
void read_packed_for_all(const MatmulTask& task, const Part& part, Index column, Tile& tile) {
  tile.b = task.whole_packed_b + place_of_tile<Arch>(task.whole_n_columns,
                                                     task.whole_first_column + column,
                                                     part.first_inner, part.n_inner);
  tile.upcoming = tile.b + tile.n_columns * part.n_inner;
  tile.upcoming_stride = tile_columns<Arch>;
}

template <class Arch>
void read_packed_here(const MatmulTask& task, const Part& part, const float* from, Index row,
                      Index column, Tile& tile) {
  float* packed = task.packed_b + (column - part.first_column) * part.n_inner;
  if (row == 0) pack_columns<Arch>(task.b, from, tile.n_columns, part.n_inner, packed);
  tile.b = packed;
  tile.upcoming = packed;
  tile.upcoming_stride = 0;
}

/// Gives the tile its columns of b, from `column` on, and says what it prefetches.
template <class Arch>
void choose_columns(const MatmulTask& task, const Part& part, Index row, Index n_rows, Index column,
                    Tile& tile) {
  const Index n_left = part.first_column + part.n_columns - column;
  const float* from = place<Arch>(task.b, part.first_inner, column);
  const Source source = source_of_b<Arch>(task, n_left);
  if (source == Source::in_place) return read_in_place<Arch>(task.b, from, n_rows, n_left, tile);

  tile.n_columns = n_left < tile_columns<Arch> ? n_left : tile_columns<Arch>;
  tile.b_stride = tile_columns<Arch>;
  tile.upcoming_length = tile.n_columns;
  if (source == Source::packed_for_all) {
    read_packed_for_all<Arch>(task, part, column, tile);
    if (row == 0) return;
  } else {
    read_packed_here<Arch>(task, part, from, row, column, tile);
  }
  prefetch_ahead<Arch>(task, part, row, n_rows, column, tile);
}

}  // namespace transformer::kernel
