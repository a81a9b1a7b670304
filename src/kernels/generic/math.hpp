// Exponential, logarithm, hyperbolic tangent and error function of a register.
#pragma once

#include <cstdint>
#include <limits>

#include "src/kernels/generic/vector.hpp"

namespace transformer::kernel {

/// Added to it, a number of less than 2^22 is rounded to a whole one, which stands in the lowest
/// bits: so a whole number goes from the bits of an integer to a float, and back.
inline constexpr float whole_numbers = 0x1.8p23f;

/// e^x for x <= 88, within 1.5 units in the last place; 0 below -87, NaN of NaN.
/// With k = x / ln 2 rounded to a whole number, e^x = 2^k e^r, where r = x - k ln 2 is at most
/// ln 2 / 2 in size, and a polynomial gives e^r (Cody and Waite 1980).
template <class Arch>
Floats<Arch> exp(Floats<Arch> x) {
  using Vector = Floats<Arch>;
  using Bits = simd::batch<std::int32_t, Arch>;

  const Vector shifter(whole_numbers);
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

/// ln x within two units in the last place; -infinity for 0 and what is smaller than the smallest
/// normal number, NaN of NaN and of negative numbers.
/// With x = 2^k m and m between sqrt(1/2) and sqrt(2), ln x = k ln 2 + ln m, and a polynomial gives
/// ln m (Moshier, Cephes).
template <class Arch>
Floats<Arch> log(Floats<Arch> x) {
  using Vector = Floats<Arch>;
  using Bits = simd::batch<std::int32_t, Arch>;
  constexpr float smallest = 0x1p-126f, largest = 0x1.fffffep127f;
  constexpr std::int32_t root_of_half = 0x3f3504f3;  // the bits of sqrt(1/2)
  constexpr float infinity = std::numeric_limits<float>::infinity();

  // The exponent stands above the 23 bits of the fraction.
  const Bits bits = simd::bits_as<std::int32_t>(x);
  const Bits exponent = (bits - Bits(root_of_half)) >> 23;
  const Vector shifter(whole_numbers);
  const Vector k = simd::bits_as<float>(simd::bits_as<std::int32_t>(shifter) + exponent) - shifter;
  const Vector f = simd::bits_as<float>(bits - (exponent << 23)) - Vector(1.0f);  // m - 1

  const Vector z = f * f;
  Vector p = simd::fma(f, Vector(7.0376836292e-2f), Vector(-1.1514610310e-1f));
  p = simd::fma(p, f, Vector(1.1676998740e-1f));
  p = simd::fma(p, f, Vector(-1.2420140846e-1f));
  p = simd::fma(p, f, Vector(1.4249322787e-1f));
  p = simd::fma(p, f, Vector(-1.6668057665e-1f));
  p = simd::fma(p, f, Vector(2.0000714765e-1f));
  p = simd::fma(p, f, Vector(-2.4999993993e-1f));
  p = simd::fma(p, f, Vector(3.3333331174e-1f));
  // ln 2 in two parts, the smaller of them first.
  Vector y = simd::fma(k, Vector(-2.12194440e-4f), p * f * z);
  y = simd::fnma(Vector(0.5f), z, y) + f;
  y = simd::fma(k, Vector(0.693359375f), y);

  y = simd::select(x < Vector(smallest), Vector(-infinity), y);
  y = simd::select(x < Vector(0.0f), Vector(std::numeric_limits<float>::quiet_NaN()), y);
  return simd::select(x <= Vector(largest), y, x);
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
