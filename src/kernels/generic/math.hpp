// The exponential of a register.
#pragma once

#include <cstdint>

#include "src/kernels/generic/vector.hpp"

namespace transformer::kernel {

/// e^x for x <= 88, within 1.5 units in the last place; 0 below -87, NaN of NaN.
/// With k = x / ln 2 rounded to a whole number, e^x = 2^k e^r, where r = x - k ln 2 is at most
/// ln 2 / 2 in size, and a polynomial gives e^r (Cody and Waite 1980).
template <class Arch>
Floats<Arch> exp(Floats<Arch> x) {
  using Vector = Floats<Arch>;
  using Bits = simd::batch<std::int32_t, Arch>;

  // Added to 1.5 * 2^23, a number is rounded to a whole one, which stands in the lowest bits.
  const Vector shifter(0x1.8p23f);
  const Vector shifted = simd::fma(x, Vector(1.44269504f), shifter);
  const Vector k = shifted - shifter;

  // Take k ln 2 away in two parts, since ln 2 as one float is off by 2e-9.
  Vector r = simd::fnma(k, Vector(0x1.62e4p-1f), x);
  r = simd::fnma(k, Vector(0x1.7f7d1cp-20f), r);

  // The polynomial of degree 5 with the smallest relative error, 9.2e-8, and the value 1 at 0.
  Vector e = simd::fma(r, Vector(0.008290263918f), Vector(0.04189816352f));
  e = simd::fma(e, r, Vector(0.1666763826f));
  e = simd::fma(e, r, Vector(0.499991478f));
  e = simd::fma(e, r, Vector(0.9999997063f));
  e = simd::fma(e, r, Vector(1.0f));

  // Times 2^k: k is added to the exponent's bits.
  const Bits exponent = simd::bits_as<std::int32_t>(shifted) << 23;
  e = simd::bits_as<float>(simd::bits_as<std::int32_t>(e) + exponent);
  e = simd::select(x < Vector(-87.0f), Vector(0.0f), e);
  return simd::select(x == x, e, x);  // only NaN is not equal to itself
}

}  // namespace transformer::kernel
