// The product of few rows with a transposed matrix: a row of a and a row of b, both as they lie in
// memory, make one element of c. b is read once, in one straight line; packing would read it twice.
#pragma once

#include "src/kernels/generic/matmul_pack.hpp"
#include "src/kernels/generic/matmul_tile.hpp"
#include "src/kernels/generic/vector.hpp"
#include "src/kernels/matmul_table.hpp"

namespace transformer::kernel {

using Four = PlainVector<4>::Register;

/// The sums of the elements of four registers. Each is folded until it has 8 elements, or 4; then
/// two registers are added at a time, which moves less than to go on with each.
template <int n>
[[gnu::always_inline]] inline Four sum_four(const typename PlainVector<n>::Register (&x)[4]) {
  if constexpr (n > 8) {
    typename PlainVector<n / 2>::Register halves[4];
    for (int i = 0; i < 4; ++i) halves[i] = add_halves<n>(x[i]);
    return sum_four<n / 2>(halves);
  } else {
    const auto sums_01 = interleave<n, 1, 0>(x[0], x[1]) + interleave<n, 1, 2>(x[0], x[1]);
    const auto sums_23 = interleave<n, 1, 0>(x[2], x[3]) + interleave<n, 1, 2>(x[2], x[3]);
    const auto sums = interleave<n, 2, 0>(sums_01, sums_23) + interleave<n, 2, 2>(sums_01, sums_23);
    if constexpr (n == 8)
      return add_halves<8>(sums);
    else
      return sums;
  }
}

/// The first `count` of four numbers.
[[gnu::always_inline]] inline Four load_four(const float* from, Index count) {
  Four four = {};
  if (count == 4) {
    __builtin_memcpy(&four, from, sizeof(four));
  } else {
    for (Index j = 0; j < 3; ++j) four[j] = j < count ? from[j] : 0.0f;
  }
  return four;
}
[[gnu::always_inline]] inline void store_four(float* to, Index count, Four four) {
  if (count == 4) {
    __builtin_memcpy(to, &four, sizeof(four));
  } else {
    for (Index j = 0; j < 3; ++j) {
      if (j < count) to[j] = four[j];
    }
  }
}

/// Adds up the lanes of each sum, and puts the products into c.
template <class Arch, int n_rows>
[[gnu::always_inline]] inline void finish_dots(const MatmulTask& task, Index row, Index column,
                                               Index n_columns,
                                               const Floats<Arch> (&sums)[n_rows][4]) {
#pragma GCC unroll 4
  for (Index i = 0; i < n_rows; ++i) {
    typename PlainVector<n_lanes<Arch>>::Register parts[4];
#pragma GCC unroll 4
    for (Index j = 0; j < 4; ++j) __builtin_memcpy(&parts[j], &sums[i][j], sizeof(parts[j]));
    Four products = sum_four<n_lanes<Arch>>(parts);
    float* c = task.c + (row + i) * task.c_stride + column;
    if (task.accumulate) products += load_four(c, n_columns);
    if (task.bias) products += load_four(task.bias + column, n_columns);
    if (task.relu) products = products < 0.0f ? Four{} : products;
    store_four(c, n_columns, products);
  }
}

/// c[i][j] for n_rows rows i of a and four rows j of b.
template <class Arch, int n_rows>
void multiply_dots(const MatmulTask& task, Index row, Index column, Index n_columns) {
  using Batch = Floats<Arch>;
  // Fewer than four rows of b are left at the end: the last stands for those that are missing.
  const float* b[4] = {task.b.data + column * task.b.stride};
  for (Index j = 1; j < 4; ++j) b[j] = b[j - 1] + (j < n_columns ? task.b.stride : 0);
  Batch sums[n_rows][4];
#pragma GCC unroll 4
  for (Index i = 0; i < n_rows; ++i) {
#pragma GCC unroll 4
    for (Index j = 0; j < 4; ++j) sums[i][j] = Batch(0.0f);
  }
  const float* a = task.a.data + row * task.a.stride;
  const auto add = [&](Index k, auto lanes) __attribute__((always_inline)) {
    Batch b_k[4];
#pragma GCC unroll 4
    for (Index j = 0; j < 4; ++j) b_k[j] = lanes.load(b[j] + k);
#pragma GCC unroll 4
    for (Index i = 0; i < n_rows; ++i) {
      const Batch a_ik = lanes.load(a + i * task.a.stride + k);
#pragma GCC unroll 4
      for (Index j = 0; j < 4; ++j) sums[i][j] = simd::fma(a_ik, b_k[j], sums[i][j]);
    }
  };
  Index k = 0;
  for (; k + n_lanes<Arch> <= task.n_inner; k += n_lanes<Arch>) add(k, AllLanes<Arch>());
  if (k < task.n_inner) add(k, FirstLanes<Arch>(task.n_inner - k));

  finish_dots<Arch, n_rows>(task, row, column, n_columns, sums);
}

/// As many rows of a as there are from `row` on, up to most_rows.
template <class Arch, int most_rows>
void multiply_dots_up_to(const MatmulTask& task, Index row, Index column, Index n_columns) {
  if (most_rows == 1 || task.n_rows - row >= most_rows) {
    multiply_dots<Arch, most_rows>(task, row, column, n_columns);
  } else if constexpr (most_rows > 1) {
    multiply_dots_up_to<Arch, most_rows - 1>(task, row, column, n_columns);
  }
}

/// As many rows of a at a time as the registers hold sums for with four rows of b.
template <class Arch>
void multiply_by_dots(const MatmulTask& task) {
  constexpr int at_once = TileShape<Arch>::n_registers >= 32 ? 4 : 2;
  for (Index column = 0; column < task.n_columns; column += 4) {
    const Index n_left = task.n_columns - column;
    const Index n_columns = n_left < 4 ? n_left : 4;
    for (Index row = 0; row < task.n_rows; row += at_once) {
      multiply_dots_up_to<Arch, at_once>(task, row, column, n_columns);
    }
  }
}

}  // namespace transformer::kernel
