// Cross-entropy of a row with label smoothing, and its gradient (section 5.4 of the paper).
#pragma once

#include <math.h>

#include "src/kernels/generic/math.hpp"
#include "src/kernels/generic/vector.hpp"

namespace transformer::kernel {

/// The largest of a row.
template <class Arch>
float largest_of(const float* x, Index n) {
  Largest<Arch> largest;
  each_register<Arch>(n, [&](Index j, auto lanes, auto way) {
    largest.take(way, lanes.or_else(lanes.load(x + j), Largest<Arch>::none));
  });
  return largest.total();
}

/// log sum_k exp(x_k) = m + log sum_k exp(x_k - m), with m the largest: no exponential overflows,
/// and the sum is at least 1. If even the largest is -infinity, so is the result.
template <class Arch>
[[gnu::flatten]] float log_sum_exp(const float* x, Index n) {
  const float largest = largest_of<Arch>(x, n);
  if (largest == Largest<Arch>::none) return largest;
  const Floats<Arch> m(largest);
  Sum<Arch> sum;
  each_register<Arch>(n, [&](Index j, auto lanes, auto way) {
    prefetch(x + n + j);
    sum[way] += lanes.or_else(exp<Arch>(lanes.load(x + j) - m), 0.0f);
  });
  return largest + logf(sum.total());
}

/// share * z, where a share of 0 counts nothing, not even -infinity: a forbidden token.
template <class Arch>
float part_of(float share, float z) {
  return share == 0 ? 0.0f : share * z;
}

/// With m the largest logit and z = logits - m,
///   loss    = log sum_k exp(z_k) - (1 - epsilon) z_target - epsilon mean(z),
///   dlogits = scale (softmax - smoothed target).
template <class Arch, bool with_gradient>
float cross_entropy_of(const float* logits, Index n, Index target, float epsilon, float scale,
                       float* dlogits) {
  const float largest = largest_of<Arch>(logits, n);
  const Floats<Arch> m(largest);
  const float z_target = logits[target] - largest;

  Sum<Arch> sum_of_exp;
  Sum<Arch> sum_of_z;
  each_register<Arch>(n, [&](Index j, auto lanes, auto way) {
    prefetch(logits + n + j);
    const Floats<Arch> z = lanes.or_else(lanes.load(logits + j) - m, 0.0f);
    const Floats<Arch> e = exp<Arch>(z);
    if constexpr (with_gradient) lanes.store(dlogits + j, e);
    sum_of_z[way] += z;
    sum_of_exp[way] += lanes.or_else(e, 0.0f);
  });
  const float total = sum_of_exp.total();

  if constexpr (with_gradient) {
    const Floats<Arch> factor(scale / total);
    const Floats<Arch> each_target(scale * epsilon / static_cast<float>(n));
    each_register<Arch>(n, [&](Index j, auto lanes, auto) {
      lanes.store(dlogits + j, simd::fms(factor, lanes.load(dlogits + j), each_target));
    });
    dlogits[target] -= scale * (1 - epsilon);
  }
  const float mean_of_z = sum_of_z.total() / static_cast<float>(n);
  return logf(total) - part_of<Arch>(1 - epsilon, z_target) - part_of<Arch>(epsilon, mean_of_z);
}

template <class Arch>
[[gnu::flatten]] float cross_entropy(const float* logits, Index n, Index target, float epsilon,
                                     float scale, float* dlogits) {
  return dlogits == nullptr
             ? cross_entropy_of<Arch, false>(logits, n, target, epsilon, scale, dlogits)
             : cross_entropy_of<Arch, true>(logits, n, target, epsilon, scale, dlogits);
}

}  // namespace transformer::kernel
