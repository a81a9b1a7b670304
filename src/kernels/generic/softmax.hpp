// Softmax of a row, and its gradient (section 3.2.1 of the paper).
#pragma once

#include "src/kernels/generic/math.hpp"
#include "src/kernels/generic/vector.hpp"

namespace transformer::kernel {

/// `softmax_forward` of a row that fits into one register, as attention's rows of a short sentence
/// do: it stays there from its loading to its storing.
template <class Arch>
[[gnu::flatten]] void softmax_forward_short(const float* x, Index n, float scale, float* y) {
  const FirstLanes<Arch> lanes(n);
  const Floats<Arch> z = Floats<Arch>(scale) * lanes.load(x);
  const Floats<Arch> m(largest_lane<Arch>(lanes.or_else(z, Largest<Arch>::none)));
  const Floats<Arch> e = exp<Arch>(z - m);
  const float sum = sum_of_lanes<Arch>(lanes.or_else(e, 0.0f));
  lanes.store(y, Floats<Arch>(1.0f / sum) * e);
}

/// y_j = exp(z_j - m) / sum_k exp(z_k - m) with z = scale x. Any m gives the same y; the largest z,
/// that of the largest x, keeps the exponentials from overflowing.
template <class Arch>
[[gnu::flatten]] void softmax_forward(const float* x, Index n, float scale, float* y) {
  if (n <= n_lanes<Arch>) return softmax_forward_short<Arch>(x, n, scale, y);
  const Floats<Arch> scales(scale);

  Largest<Arch> largest;
  each_register<Arch>(n, [&](Index j, auto lanes, auto way) {
    largest.take(way, lanes.or_else(lanes.load(x + j), Largest<Arch>::none));
  });
  const Floats<Arch> m(scale * largest.total());

  Sum<Arch> sum;
  each_register<Arch>(n, [&](Index j, auto lanes, auto way) {
    prefetch(x + n + j);
    const Floats<Arch> e = exp<Arch>(simd::fms(scales, lanes.load(x + j), m));
    lanes.store(y + j, e);
    sum[way] += lanes.or_else(e, 0.0f);
  });

  const Floats<Arch> factor(1.0f / sum.total());
  each_register<Arch>(
      n, [&](Index j, auto lanes, auto) { lanes.store(y + j, factor * lanes.load(y + j)); });
}

/// dx_j = scale y_j (dy_j - sum_k y_k dy_k): raising one z takes from all others what it gets.
template <class Arch>
[[gnu::flatten]] void softmax_backward(const float* y, const float* dy, Index n, float scale,
                                       float* dx) {
  Sum<Arch> dot;
  each_register<Arch>(n, [&](Index j, auto lanes, auto way) {
    dot[way] = simd::fma(lanes.load(y + j), lanes.load(dy + j), dot[way]);
  });
  const Floats<Arch> mean(dot.total());
  const Floats<Arch> scales(scale);
  each_register<Arch>(n, [&](Index j, auto lanes, auto) {
    lanes.store(dx + j, scales * lanes.load(y + j) * (lanes.load(dy + j) - mean));
  });
}

}  // namespace transformer::kernel
