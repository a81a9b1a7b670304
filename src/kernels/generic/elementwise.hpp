// Sums and products of rows, element by element.
#pragma once

#include "src/kernels/generic/vector.hpp"

namespace transformer::kernel {

/// sum = a + b.
template <class Arch>
[[gnu::flatten]] void add(const float* a, const float* b, Index n, float* sum) {
  each_register<Arch>(n, [&](Index j, auto lanes, auto) {
    lanes.store(sum + j, lanes.load(a + j) + lanes.load(b + j));
  });
}

/// y = factor x.
template <class Arch>
[[gnu::flatten]] void scale(const float* x, float factor, Index n, float* y) {
  each_register<Arch>(n, [&](Index j, auto lanes, auto) {
    lanes.store(y + j, Floats<Arch>(factor) * lanes.load(x + j));
  });
}

/// y += factor x.
template <class Arch>
[[gnu::flatten]] void add_scaled(const float* x, float factor, Index n, float* y) {
  each_register<Arch>(n, [&](Index j, auto lanes, auto) {
    lanes.store(y + j, simd::fma(Floats<Arch>(factor), lanes.load(x + j), lanes.load(y + j)));
  });
}

/// product = a b.
template <class Arch>
[[gnu::flatten]] void multiply(const float* a, const float* b, Index n, float* product) {
  each_register<Arch>(n, [&](Index j, auto lanes, auto) {
    lanes.store(product + j, lanes.load(a + j) * lanes.load(b + j));
  });
}

/// sums += each of the rows, four at a time, so that `sums` is read and written less often.
template <class Arch>
[[gnu::flatten]] void add_rows(const float* x, Index stride, Index n_rows, Index n, float* sums) {
  Index i = 0;
  for (; i + 4 <= n_rows; i += 4, x += 4 * stride) {
    each_register<Arch>(n, [&](Index j, auto lanes, auto) {
      const float* column = x + j;
      const auto rows_01 = lanes.load(column) + lanes.load(column + stride);
      const auto rows_23 = lanes.load(column + 2 * stride) + lanes.load(column + 3 * stride);
      lanes.store(sums + j, lanes.load(sums + j) + (rows_01 + rows_23));
    });
  }
  for (; i < n_rows; ++i, x += stride) add<Arch>(x, sums, n, sums);
}

/// The sum of the squares; the square of a float is exact in double precision.
template <class Arch>
[[gnu::flatten]] double sum_of_squares(const float* x, Index n) {
  constexpr Index n_sums = 32;
  double sums[n_sums] = {};
  const auto add_square = [&](Index j, Index k) { sums[k] += double{x[j]} * double{x[j]}; };
  Index j = 0;
  for (; j + n_sums <= n; j += n_sums) {
    for (Index k = 0; k < n_sums; ++k) add_square(j + k, k);
  }
  for (; j < n; ++j) add_square(j, 0);
  for (Index half = n_sums / 2; half > 0; half /= 2) {
    for (Index k = 0; k < half; ++k) sums[k] += sums[k + half];
  }
  return sums[0];
}

}  // namespace transformer::kernel
