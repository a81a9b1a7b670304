// Layer normalisation of a row, and its gradients (Ba et al. 2016; section 3.1 of the paper).
#pragma once

#include <math.h>

#include "src/kernels/generic/vector.hpp"
#include "src/kernels/row_table.hpp"

namespace transformer::kernel {

/// y = gain x_hat + bias with x_hat = (x - mean) / sqrt(variance + epsilon).
template <class Arch>
[[gnu::flatten]] RowMoments layer_norm_forward(const float* x, Index n, const float* gain,
                                               const float* bias, float epsilon, float* y) {
  Sum<Arch> sum;
  each_register<Arch>(n, [&](Index j, auto lanes, auto way) { sum[way] += lanes.load(x + j); });
  const Floats<Arch> mean(sum.total() / static_cast<float>(n));

  // The squares of the differences, not the difference of the squares, which would lose digits.
  Sum<Arch> squares;
  each_register<Arch>(n, [&](Index j, auto lanes, auto way) {
    const Floats<Arch> difference = lanes.or_else(lanes.load(x + j) - mean, 0.0f);
    squares[way] = xsimd::fma(difference, difference, squares[way]);
  });
  const float variance = squares.total() / static_cast<float>(n);
  const Floats<Arch> reciprocal_deviation(1.0f / sqrtf(variance + epsilon));

  each_register<Arch>(n, [&](Index j, auto lanes, auto) {
    const Floats<Arch> x_hat = (lanes.load(x + j) - mean) * reciprocal_deviation;
    lanes.store(y + j, xsimd::fma(lanes.load(gain + j), x_hat, lanes.load(bias + j)));
  });
  return {mean.get(0), reciprocal_deviation.get(0)};
}

/// With g = gain dy, the gradient at x_hat,
///   dx = (g - mean(g) - x_hat mean(g x_hat)) / deviation.
/// The second term is there because the mean takes away what all x of the row have in common, the
/// third because the deviation takes away what stretches the row. And dgain += x_hat dy,
/// dbias += dy.
/// Several rows at a time, so that dgain and dbias are read and written less often.
template <class Arch, Index n_rows, bool accumulate>
[[gnu::always_inline]] inline void layer_norm_backward_of(const LayerNormRows& rows, Index first,
                                                          const float* gain, float* dgain,
                                                          float* dbias) {
  const auto x = [&](Index i, Index j) { return rows.x + (first + i) * rows.x_stride + j; };
  const auto dy = [&](Index i, Index j) { return rows.dy + (first + i) * rows.dy_stride + j; };
  Floats<Arch> mean[n_rows], reciprocal_deviation[n_rows], mean_g[n_rows], mean_g_x_hat[n_rows];
  const auto x_hat = [&](Index i, Index j, auto lanes) {
    return (lanes.load(x(i, j)) - mean[i]) * reciprocal_deviation[i];
  };

#pragma GCC unroll 4
  for (Index i = 0; i < n_rows; ++i) {
    mean[i] = Floats<Arch>(rows.mean[first + i]);
    reciprocal_deviation[i] = Floats<Arch>(rows.reciprocal_deviation[first + i]);
    Sum<Arch> sum_g;
    Sum<Arch> sum_g_x_hat;
    each_register<Arch>(rows.n, [&](Index j, auto lanes, auto way) {
      const Floats<Arch> g = lanes.load(gain + j) * lanes.load(dy(i, j));
      sum_g[way] += g;
      sum_g_x_hat[way] = xsimd::fma(g, x_hat(i, j, lanes), sum_g_x_hat[way]);
    });
    mean_g[i] = Floats<Arch>(sum_g.total() / static_cast<float>(rows.n));
    mean_g_x_hat[i] = Floats<Arch>(sum_g_x_hat.total() / static_cast<float>(rows.n));
  }

  each_register<Arch>(rows.n, [&](Index j, auto lanes, auto) {
    const Floats<Arch> gain_j = lanes.load(gain + j);
    Floats<Arch> dgain_j = lanes.load(dgain + j);
    Floats<Arch> dbias_j = lanes.load(dbias + j);
#pragma GCC unroll 4
    for (Index i = 0; i < n_rows; ++i) {
      const Floats<Arch> hat = x_hat(i, j, lanes);
      const Floats<Arch> dy_j = lanes.load(dy(i, j));
      const Floats<Arch> centred = xsimd::fms(gain_j, dy_j, mean_g[i]);
      Floats<Arch> dx_j = reciprocal_deviation[i] * xsimd::fnma(hat, mean_g_x_hat[i], centred);
      float* dx = rows.dx + (first + i) * rows.dx_stride + j;
      if constexpr (accumulate) dx_j += lanes.load(dx);
      lanes.store(dx, dx_j);
      dgain_j = xsimd::fma(hat, dy_j, dgain_j);
      dbias_j += dy_j;
    }
    lanes.store(dgain + j, dgain_j);
    lanes.store(dbias + j, dbias_j);
  });
}

template <class Arch, bool accumulate>
void layer_norm_backward_of(const LayerNormRows& rows, const float* gain, float* dgain,
                            float* dbias) {
  constexpr Index at_once = 4;
  Index i = 0;
  for (; i + at_once <= rows.n_rows; i += at_once) {
    layer_norm_backward_of<Arch, at_once, accumulate>(rows, i, gain, dgain, dbias);
  }
  for (; i < rows.n_rows; ++i) {
    layer_norm_backward_of<Arch, 1, accumulate>(rows, i, gain, dgain, dbias);
  }
}

template <class Arch>
[[gnu::flatten]] void layer_norm_backward(const LayerNormRows& rows, const float* gain,
                                          float* dgain, float* dbias) {
  if (rows.accumulate) {
    layer_norm_backward_of<Arch, true>(rows, gain, dgain, dbias);
  } else {
    layer_norm_backward_of<Arch, false>(rows, gain, dgain, dbias);
  }
}

}  // namespace transformer::kernel
