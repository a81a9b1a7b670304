// The innermost part of the matrix product: one tile of c, held in registers from the first product
// to the last.
#pragma once

#include <utility>

#include "src/base/index.hpp"
#include "src/kernels/generic/vector.hpp"

namespace transformer::kernel {

/// The tile's height and its width in registers: as large as the register file allows beside a row
/// of b and an element of a, since each step loads (rows + vectors) and multiplies (rows *
/// vectors).
template <class Arch>
struct TileShape {
  static constexpr int n_registers = 16, n_rows = 4, n_vectors = 2;
};
#ifdef __AVX2__
template <>
struct TileShape<simd::Avx2> {
  static constexpr int n_registers = 16, n_rows = 6, n_vectors = 2;
};
#endif
#ifdef __AVX512F__
template <>
struct TileShape<simd::Avx512> {
  static constexpr int n_registers = 32, n_rows = 14, n_vectors = 2;
};
#endif

template <class Arch>
constexpr Index tile_columns = TileShape<Arch>::n_vectors* n_lanes<Arch>;
template <class Arch>
constexpr Index packed_rows = round_up(TileShape<Arch>::n_rows, n_lanes<Arch>);

constexpr Index cache_line = 64 / sizeof(float);

/// How many products are added up before they are added to c. So much of a tile's columns and rows
/// fits into an L1 cache of 32 KiB or more; not derived from the cache, since it changes the bits.
template <class Arch>
constexpr Index inner_at_once = 256;

/// How far apart the rows of a lie that were copied, so that they keep out of each other's way.
template <class Arch>
constexpr Index copied_stride = inner_at_once<Arch> + cache_line;

/// The width in registers, 2, 4 or 8, of the widest tile of `n_rows` rows. Few rows leave registers
/// for wide tiles, which read b in long runs.
template <class Arch>
constexpr int widest_tile(Index n_rows) {
  const auto n_needed = [&](int n_vectors) {
    const Index sums = n_rows * n_vectors, row_of_b = n_rows > 1 ? n_vectors : 0;
    return sums + row_of_b + 1;
  };
  int n_vectors = 8;
  while (n_vectors > 2 && n_needed(n_vectors) > TileShape<Arch>::n_registers) n_vectors /= 2;
  return n_vectors;
}

/// How the elements of a lie that one step needs, one of each row of the tile.
enum class Layout {
  rows_apart,     ///< a[i * stride + k]: as in a row-major matrix.
  rows_adjacent,  ///< a[k * stride + i]: as in a transposed or a packed one.
};

/// One tile's work: c (rows, n_columns) = or += a (rows, n_inner) times b (n_inner, n_columns).
struct Tile {
  const float* a;
  Index a_stride;
  const float* b;  // row k, as wide as the tile, starts at b + k * b_stride
  Index b_stride;
  Index n_inner;
  float* c;
  Index c_stride;
  Index n_columns;
  bool accumulate;
  const float* bias;
  bool relu;
  const float* upcoming;  // Asked for along the way, some cache lines with each step: rows ...
  Index upcoming_length;  // ... of so many floats ...
  Index upcoming_stride;  // ... so far from each other.
};

/// Adds to the sums of a tile what belongs to them, and writes them. `last` are the lanes of the
/// last register that belong to c.
template <class Arch, int n_rows, int n_vectors, class Lanes>
[[gnu::always_inline]] inline void write_tile(const Tile& tile, Lanes last,
                                              Floats<Arch> (&sums)[n_rows][n_vectors]) {
  const auto each = [&](auto action) __attribute__((always_inline)) {
#pragma GCC unroll 16
    for (Index i = 0; i < n_rows; ++i) {
#pragma GCC unroll 8
      for (Index v = 0; v + 1 < n_vectors; ++v) action(i, v, AllLanes<Arch>());
      action(i, n_vectors - 1, last);
    }
  };
  const auto place = [&](Index i, Index v) __attribute__((always_inline)) {
    return tile.c + i * tile.c_stride + v * n_lanes<Arch>;
  };
  if (tile.accumulate) {
    each([&](Index i, Index v, auto lanes)
             __attribute__((always_inline)) { sums[i][v] += lanes.load(place(i, v)); });
  }
  if (tile.bias) {
    each([&](Index i, Index v, auto lanes) __attribute__((always_inline)) {
      sums[i][v] += lanes.load(tile.bias + v * n_lanes<Arch>);
    });
  }
  if (tile.relu) {  // the sum stands last so that NaN stays NaN
    each([&](Index i, Index v, auto) __attribute__((always_inline)) {
      sums[i][v] = simd::max(Floats<Arch>(0.0f), sums[i][v]);
    });
  }
  each([&](Index i, Index v, auto lanes)
           __attribute__((always_inline)) { lanes.store(place(i, v), sums[i][v]); });
}

/// The same for as many columns as the tile has.
template <class Arch, int n_rows, int n_vectors>
[[gnu::always_inline]] inline void write_tile(const Tile& tile,
                                              Floats<Arch> (&sums)[n_rows][n_vectors]) {
  constexpr Index size = n_lanes<Arch>;
  constexpr Index before_last = (n_vectors - 1) * size;
  if (tile.n_columns == n_vectors * size) {
    write_tile<Arch, n_rows, n_vectors>(tile, AllLanes<Arch>(), sums);
  } else {
    const FirstLanes<Arch> lanes(tile.n_columns - before_last);
    write_tile<Arch, n_rows, n_vectors>(tile, lanes, sums);
  }
}

/// Asks for row i of the tile's place in c early: it is needed only at the end.
template <Index n_columns>
[[gnu::always_inline]] inline void prefetch_c(const Tile& tile, Index i) {
#pragma GCC unroll 8
  for (Index j = 0; j < n_columns; j += cache_line) {
    __builtin_prefetch(tile.c + i * tile.c_stride + j, 1);
  }
}

template <class Batch, int n_rows, int n_vectors>
[[gnu::always_inline]] inline void clear(Batch (&sums)[n_rows][n_vectors]) {
#pragma GCC unroll 16
  for (int i = 0; i < n_rows; ++i) {
#pragma GCC unroll 8
    for (int v = 0; v < n_vectors; ++v) sums[i][v] = Batch(0.0f);
  }
}

/// The rows of a that a tile reads, one element of each at a time. Rows apart need an address for
/// every third row: the processor adds one or two strides to it, and has too few registers for the
/// addresses of all.
template <Layout layout, int n_rows>
class RowsOfA {
 public:
  [[gnu::always_inline]] explicit RowsOfA(const Tile& tile) : stride_(tile.a_stride), a_(tile.a) {
#pragma GCC unroll 16
    for (Index i = 0; i < n_thirds; ++i) thirds_[i] = tile.a + 3 * i * stride_;
  }
  [[gnu::always_inline]] float element(Index i) const {
    return layout == Layout::rows_apart ? thirds_[i / 3][i % 3 * stride_] : a_[i];
  }
  [[gnu::always_inline]] void advance() {
    a_ += stride_;
    if constexpr (layout == Layout::rows_apart) {
#pragma GCC unroll 16
      for (Index i = 0; i < n_thirds; ++i) {
        ++thirds_[i];
        asm("" : "+r"(thirds_[i]));  // stay an address: the compiler would find a costlier way
      }
    }
  }

 private:
  static constexpr Index n_thirds = (n_rows + 2) / 3;
  Index stride_;
  const float* a_;
  const float* thirds_[n_thirds];
};

/// Asks memory for what is read after the tile, n_columns floats with each step, row by row.
template <Index n_columns>
class LookAhead {
 public:
  [[gnu::always_inline]] explicit LookAhead(const Tile& tile)
      : row_(tile.upcoming), length_(tile.upcoming_length), stride_(tile.upcoming_stride) {}
  [[gnu::always_inline]] void ask() {
#pragma GCC unroll 8
    for (Index j = 0; j < n_columns; j += cache_line) __builtin_prefetch(row_ + done_ + j);
    done_ += n_columns;
    if (done_ < length_) return;
    done_ = 0;
    row_ += stride_;
  }

 private:
  const float* row_;
  Index length_, stride_, done_ = 0;
};

/// Multiplies one tile of `n_rows` rows and `n_vectors` registers of columns. Each step k adds the
/// outer product of column k of a and row k of b.
template <class Arch, Layout layout, int n_rows, int n_vectors>
void multiply_tile(const Tile& tile) {
  using Batch = simd::batch<float, Arch>;
  constexpr Index size = Batch::size;

  Batch sums[n_rows][n_vectors];
  clear(sums);
  RowsOfA<layout, n_rows> rows(tile);
  LookAhead<n_vectors * size> ahead(tile);
  const float* b = tile.b;
  const auto step = [&]() __attribute__((always_inline)) {
    ahead.ask();
    //! [step]
    Batch b_k[n_vectors];
#pragma GCC unroll 8
    for (Index v = 0; v < n_vectors; ++v) b_k[v] = Batch::load_unaligned(b + v * size);
#pragma GCC unroll 16
    for (Index i = 0; i < n_rows; ++i) {
      const Batch a_ik(rows.element(i));
#pragma GCC unroll 8
      for (Index v = 0; v < n_vectors; ++v) sums[i][v] = simd::fma(a_ik, b_k[v], sums[i][v]);
    }
    //! [step]
    rows.advance();
    b += tile.b_stride;
  };
  // One row of c with each of the first steps: all at once, they would hold up what a step loads.
  constexpr Index too_soon = 32;  // so few steps would only be held up
  static_assert(n_rows <= too_soon);
  const Index n_rows_asked_for = tile.n_inner > too_soon ? n_rows : 0;
  for (Index k = 0; k < n_rows_asked_for; ++k) {
    prefetch_c<n_vectors * size>(tile, k);
    step();
  }
#pragma GCC unroll 2
  for (Index k = n_rows_asked_for; k < tile.n_inner; ++k) step();

  write_tile<Arch>(tile, sums);
}

using MultiplyTile = void (*)(const Tile&);

template <class Arch>
struct TileKernels {
  MultiplyTile of_height[TileShape<Arch>::n_rows];  // [0] has one row
};

/// The tile kernels of one layout and one width, for every height that has tiles so wide.
template <class Arch, Layout layout, int n_vectors>
constexpr TileKernels<Arch> tile_kernels() {
  TileKernels<Arch> kernels = {};
  [&]<int... i>(std::integer_sequence<int, i...>) {
    const auto enter = [&]<int n_rows>(std::integral_constant<int, n_rows>) {
      if constexpr (n_vectors <= widest_tile<Arch>(n_rows)) {
        kernels.of_height[n_rows - 1] = &multiply_tile<Arch, layout, n_rows, n_vectors>;
      }
    };
    (enter(std::integral_constant<int, i + 1>()), ...);
  }
  (std::make_integer_sequence<int, TileShape<Arch>::n_rows>());
  return kernels;
}

/// The kernel for a tile of `n_rows` rows and `n_columns` columns, the narrowest that holds them.
template <class Arch>
MultiplyTile tile_kernel(Layout layout, Index n_rows, Index n_columns) {
  constexpr Layout apart = Layout::rows_apart, adjacent = Layout::rows_adjacent;
  static constexpr TileKernels<Arch> kernels[2][4] = {
      {tile_kernels<Arch, apart, 1>(), tile_kernels<Arch, apart, 2>(),
       tile_kernels<Arch, apart, 4>(), tile_kernels<Arch, apart, 8>()},
      {tile_kernels<Arch, adjacent, 1>(), tile_kernels<Arch, adjacent, 2>(),
       tile_kernels<Arch, adjacent, 4>(), tile_kernels<Arch, adjacent, 8>()}};
  int width = 0;
  while ((n_lanes<Arch> << width) < n_columns) ++width;
  return kernels[layout == adjacent][width].of_height[n_rows - 1];
}

}  // namespace transformer::kernel
