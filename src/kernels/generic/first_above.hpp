// The search through a long row for the few numbers that are large.
#pragma once

#include "src/kernels/generic/vector.hpp"

namespace transformer::kernel {

/// The place of the first number above a bound; n where there is none. NaN is above nothing.
template <class Arch>
[[gnu::flatten]] Index first_above(const float* x, Index n, float bound) {
  constexpr Index width = n_lanes<Arch>;
  const Floats<Arch> bounds(bound);
  const auto above = [&](Index j) { return Floats<Arch>::load_unaligned(x + j) > bounds; };
  Index i = 0;
  while (i + 4 * width <= n && !simd::any((above(i) | above(i + width)) |
                                          (above(i + 2 * width) | above(i + 3 * width)))) {
    i += 4 * width;
  }
  while (i + width <= n && !simd::any(above(i))) i += width;
  while (i < n && !(x[i] > bound)) ++i;
  return i;
}

}  // namespace transformer::kernel
