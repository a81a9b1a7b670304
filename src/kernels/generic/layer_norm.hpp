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
template <class Arch, bool accumulate>
void layer_norm_backward_of(const float* x, Index n, const float* gain, RowMoments moments,
                            const float* dy, float* dx, float* dgain, float* dbias) {
  const Floats<Arch> mean(moments.mean);
  const Floats<Arch> reciprocal_deviation(moments.reciprocal_deviation);
  const auto x_hat = [&](Index j, auto lanes) {
    return (lanes.load(x + j) - mean) * reciprocal_deviation;
  };

  Sum<Arch> sum_g;
  Sum<Arch> sum_g_x_hat;
  each_register<Arch>(n, [&](Index j, auto lanes, auto way) {
    const Floats<Arch> g = lanes.load(gain + j) * lanes.load(dy + j);
    sum_g[way] += g;
    sum_g_x_hat[way] = xsimd::fma(g, x_hat(j, lanes), sum_g_x_hat[way]);
  });
  const Floats<Arch> mean_g(sum_g.total() / static_cast<float>(n));
  const Floats<Arch> mean_g_x_hat(sum_g_x_hat.total() / static_cast<float>(n));

  each_register<Arch>(n, [&](Index j, auto lanes, auto) {
    const Floats<Arch> hat = x_hat(j, lanes);
    const Floats<Arch> dy_j = lanes.load(dy + j);
    const Floats<Arch> centred = xsimd::fms(lanes.load(gain + j), dy_j, mean_g);
    Floats<Arch> dx_j = reciprocal_deviation * xsimd::fnma(hat, mean_g_x_hat, centred);
    if constexpr (accumulate) dx_j += lanes.load(dx + j);
    lanes.store(dx + j, dx_j);
    lanes.store(dgain + j, xsimd::fma(hat, dy_j, lanes.load(dgain + j)));
    lanes.store(dbias + j, dy_j + lanes.load(dbias + j));
  });
}

template <class Arch>
[[gnu::flatten]] void layer_norm_backward(const float* x, Index n, const float* gain,
                                          RowMoments moments, const float* dy, float* dx,
                                          bool accumulate, float* dgain, float* dbias) {
  if (accumulate) {
    layer_norm_backward_of<Arch, true>(x, n, gain, moments, dy, dx, dgain, dbias);
  } else {
    layer_norm_backward_of<Arch, false>(x, n, gain, moments, dy, dx, dgain, dbias);
  }
}

}  // namespace transformer::kernel
