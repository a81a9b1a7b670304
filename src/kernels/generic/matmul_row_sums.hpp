// The product of one or two rows with a matrix that is not transposed: a row of c is a sum of rows
// of b, each times an element of a. b is read once, a few of its rows side by side in long runs: a
// tile would read a short piece of every row, and leave the processor's own look-ahead behind.
#pragma once

#include "src/kernels/generic/matmul_pack.hpp"
#include "src/kernels/generic/matmul_tile.hpp"
#include "src/kernels/generic/vector.hpp"
#include "src/kernels/matmul_table.hpp"

namespace transformer::kernel {

/// How many rows of b are added at a time: as many as the registers hold elements of a for.
template <class Arch, int n_rows>
constexpr int rows_at_once = (TileShape<Arch>::n_registers - 4) / n_rows >= 8 ? 8 : 4;

/// How many columns of c are worked on until they are done: so much of it stays in the L1 cache.
constexpr Index row_sum_columns = 1024;

/// c[i][j] += a[i][k] b[k][j] for n_inner rows of b from k on, and the columns in [column, end).
template <class Arch, int n_rows, int n_inner>
void add_rows(const MatmulTask& task, Index k, Index column, Index end) {
  const bool is_first = k == 0 && !task.accumulate;
  const bool is_last = k + n_inner == task.n_inner;
  Floats<Arch> elements[n_rows][n_inner];
#pragma GCC unroll 2
  for (Index i = 0; i < n_rows; ++i) {
#pragma GCC unroll 8
    for (Index l = 0; l < n_inner; ++l) {
      elements[i][l] = Floats<Arch>(*place<Arch>(task.a, i, k + l));
    }
  }
  const float* b = task.b.data + k * task.b.stride;
  const auto add = [&](Index j, auto lanes) __attribute__((always_inline)) {
    Floats<Arch> sums[n_rows];
#pragma GCC unroll 2
    for (Index i = 0; i < n_rows; ++i) {
      sums[i] = is_first ? Floats<Arch>(0.0f) : lanes.load(task.c + i * task.c_stride + j);
    }
#pragma GCC unroll 8
    for (Index l = 0; l < n_inner; ++l) {
      const Floats<Arch> b_l = lanes.load(b + l * task.b.stride + j);
#pragma GCC unroll 2
      for (Index i = 0; i < n_rows; ++i) sums[i] = simd::fma(elements[i][l], b_l, sums[i]);
    }
#pragma GCC unroll 2
    for (Index i = 0; i < n_rows; ++i) {
      if (is_last && task.bias) sums[i] += lanes.load(task.bias + j);
      if (is_last && task.relu) sums[i] = simd::max(Floats<Arch>(0.0f), sums[i]);
      lanes.store(task.c + i * task.c_stride + j, sums[i]);
    }
  };
  Index j = column;
  for (; j + n_lanes<Arch> <= end; j += n_lanes<Arch>) add(j, AllLanes<Arch>());
  if (j < end) add(j, FirstLanes<Arch>(end - j));
}

template <class Arch, int n_rows>
void multiply_by_row_sums(const MatmulTask& task) {
  constexpr int at_once = rows_at_once<Arch, n_rows>;
  for (Index column = 0; column < task.n_columns; column += row_sum_columns) {
    const Index rest = task.n_columns - column;
    const Index end = column + (rest < row_sum_columns ? rest : row_sum_columns);
    Index k = 0;
    for (; k + at_once <= task.n_inner; k += at_once) {
      add_rows<Arch, n_rows, at_once>(task, k, column, end);
    }
    for (; k < task.n_inner; ++k) add_rows<Arch, n_rows, 1>(task, k, column, end);
  }
}

}  // namespace transformer::kernel
