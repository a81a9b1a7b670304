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
    squares[way] = simd::fma(difference, difference, squares[way]);
  });
  const float variance = squares.total() / static_cast<float>(n);
  const Floats<Arch> reciprocal_deviation(1.0f / sqrtf(variance + epsilon));

  each_register<Arch>(n, [&](Index j, auto lanes, auto) {
    const Floats<Arch> x_hat = (lanes.load(x + j) - mean) * reciprocal_deviation;
    lanes.store(y + j, simd::fma(lanes.load(gain + j), x_hat, lanes.load(bias + j)));
  });
  return {mean.get(0), reciprocal_deviation.get(0)};
}

/// With g = gain dy, the gradient at x_hat,
///   dx = (g - mean(g) - x_hat mean(g x_hat)) / deviation.
/// The second term is there because the mean takes away what all x of the row have in common, the
/// third because the deviation takes away what stretches the row. And dgain += x_hat dy,
/// dbias += dy.
/// Several rows at a time, so that dgain and dbias are read and written less often.
template <class Arch, Index n_rows>
struct LayerNormGroup {
  const float *x[n_rows], *dy[n_rows];
  float* dx[n_rows];
  // dx = g / deviation - (level + slope (x - mean)).
  Floats<Arch> mean[n_rows], reciprocal_deviation[n_rows], level[n_rows], slope[n_rows];

  template <class Lanes>
  [[gnu::always_inline]] Floats<Arch> centred(Index i, Index j, const Lanes& lanes) const {
    return lanes.load(x[i] + j) - mean[i];
  }
};

/// Adds up what the gradients of row `row` of the matrix, row i of the group, need.
template <class Arch, Index n_rows>
[[gnu::always_inline]] inline void sum_up(const LayerNormRows& rows, Index row, Index i,
                                          const float* gain, LayerNormGroup<Arch, n_rows>& group) {
  group.x[i] = rows.x + row * rows.x_stride;
  group.dy[i] = rows.dy + row * rows.dy_stride;
  group.dx[i] = rows.dx + row * rows.dx_stride;
  group.mean[i] = Floats<Arch>(rows.mean[row]);
  group.reciprocal_deviation[i] = Floats<Arch>(rows.reciprocal_deviation[row]);
  Sum<Arch> sum_g;
  Sum<Arch> sum_g_centred;
  each_register<Arch>(rows.n, [&](Index j, auto lanes, auto way) {
    const Floats<Arch> g = lanes.load(gain + j) * lanes.load(group.dy[i] + j);
    sum_g[way] += g;
    sum_g_centred[way] = simd::fma(g, group.centred(i, j, lanes), sum_g_centred[way]);
  });
  const Floats<Arch> share(1.0f / static_cast<float>(rows.n));
  const Floats<Arch> mean_g_x_hat =
      Floats<Arch>(sum_g_centred.total()) * share * group.reciprocal_deviation[i];
  group.level[i] = Floats<Arch>(sum_g.total()) * share * group.reciprocal_deviation[i];
  group.slope[i] = mean_g_x_hat * group.reciprocal_deviation[i] * group.reciprocal_deviation[i];
}

template <class Arch, Index n_rows, bool accumulate>
[[gnu::always_inline]] inline void layer_norm_backward_of(const LayerNormRows& rows, Index first,
                                                          const float* gain, float* dgain,
                                                          float* dbias) {
  LayerNormGroup<Arch, n_rows> group;
#pragma GCC unroll 4
  for (Index i = 0; i < n_rows; ++i) sum_up<Arch, n_rows>(rows, first + i, i, gain, group);

  each_register<Arch>(rows.n, [&](Index j, auto lanes, auto) {
    const Floats<Arch> gain_j = lanes.load(gain + j);
    Floats<Arch> dgain_j = lanes.load(dgain + j);
    Floats<Arch> dbias_j = lanes.load(dbias + j);
#pragma GCC unroll 4
    for (Index i = 0; i < n_rows; ++i) {
      const Floats<Arch> dy_j = lanes.load(group.dy[i] + j);
      const Floats<Arch> scaled_dy = group.reciprocal_deviation[i] * dy_j;
      const Floats<Arch> centred_j = group.centred(i, j, lanes);
      const Floats<Arch> taken = simd::fma(centred_j, group.slope[i], group.level[i]);
      Floats<Arch> dx_j = simd::fms(gain_j, scaled_dy, taken);
      if constexpr (accumulate) dx_j += lanes.load(group.dx[i] + j);
      lanes.store(group.dx[i] + j, dx_j);
      dgain_j = simd::fma(centred_j, scaled_dy, dgain_j);  // x_hat dy
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
