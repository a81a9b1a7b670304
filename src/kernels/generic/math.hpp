// Exponential, hyperbolic tangent and error function of a register.
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

/// tanh(x) within 3e-7 of its size; NaN of NaN.
template <class Arch>
Floats<Arch> tanh(Floats<Arch> x) {
  using Vector = Floats<Arch>;
  const Vector size = simd::max(x, Vector(0.0f) - x);
  // Near 0 a polynomial (Moshier, Cephes), since 1 - 2 / (e^2x + 1) would lose the digits of x.
  const Vector z = x * x;
  Vector near = simd::fma(z, Vector(-5.70498872745e-3f), Vector(2.06390887954e-2f));
  near = simd::fma(near, z, Vector(-5.37397155531e-2f));
  near = simd::fma(near, z, Vector(1.33314422036e-1f));
  near = simd::fma(near, z, Vector(-3.33332819422e-1f));
  near = simd::fma(near * z, x, x);
  // From 9 on it is 1, rounded.
  const Vector bounded = simd::select(size < Vector(9.0f), size, Vector(9.0f));
  const Vector e = exp<Arch>(bounded + bounded);
  const Vector far = Vector(1.0f) - Vector(2.0f) / (e + Vector(1.0f));
  const Vector signed_far = simd::select(x < Vector(0.0f), Vector(0.0f) - far, far);
  const Vector y = simd::select(size < Vector(0.625f), near, signed_far);
  return simd::select(x == x, y, x);
}

/// erf(x) within 5e-7 of its size; NaN of NaN. A quotient of polynomials on [-4, 4], beyond which
/// it is 1 or -1, rounded (the coefficients are those of Eigen's and XLA's erf).
template <class Arch>
Floats<Arch> erf(Floats<Arch> x) {
  using Vector = Floats<Arch>;
  Vector bounded = simd::select(x < Vector(4.0f), x, Vector(4.0f));
  bounded = simd::select(bounded > Vector(-4.0f), bounded, Vector(-4.0f));
  const Vector z = bounded * bounded;
  Vector above = simd::fma(z, Vector(-2.72614225801306e-10f), Vector(2.77068142495902e-08f));
  above = simd::fma(above, z, Vector(-2.10102402082508e-06f));
  above = simd::fma(above, z, Vector(-5.69250639462346e-05f));
  above = simd::fma(above, z, Vector(-7.34990630326855e-04f));
  above = simd::fma(above, z, Vector(-2.95459980854025e-03f));
  above = simd::fma(above, z, Vector(-1.60960333262415e-02f));
  Vector below = simd::fma(z, Vector(-1.45660718464996e-05f), Vector(-2.13374055278905e-04f));
  below = simd::fma(below, z, Vector(-1.68282697438203e-03f));
  below = simd::fma(below, z, Vector(-7.37332916720468e-03f));
  below = simd::fma(below, z, Vector(-1.42647390514189e-02f));
  return simd::select(x == x, bounded * above / below, x);
}

}  // namespace transformer::kernel
