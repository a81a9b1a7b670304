// The door to xsimd, which is included here only: the registers of an instruction set and what is
// computed with them, the same with every version of xsimd from 8 on. On processors for which this
// file does not ask xsimd, the compiler's own vectors take its place.
#pragma once

#if !defined(__x86_64__) && !defined(__aarch64__)
#include "src/kernels/generic/plain_simd.hpp"
#else
#include <xsimd/xsimd.hpp>

static_assert(XSIMD_VERSION_MAJOR >= 8, "xsimd 8 or newer is needed");

namespace transformer::kernel::simd {

using xsimd::any, xsimd::batch, xsimd::select, xsimd::sqrt;

/// The instruction sets; the baseline is what every processor of the family has.
using Avx2 = xsimd::fma3<xsimd::avx2>;
using Avx512 = xsimd::avx512bw;
#if defined(__x86_64__)
using Baseline = xsimd::sse2;
#else
using Baseline = xsimd::neon64;
#endif

// What versions of xsimd do not agree about stands here. max(a, b) is NaN where b is NaN;
// fma, fms and fnma, which are a b + c, a b - c and c - a b, round once where the set can.
using xsimd::fma, xsimd::fms, xsimd::fnma;
using Floats4 = batch<float, Baseline>;
#if defined(__x86_64__)
inline Floats4 max(Floats4 a, Floats4 b) { return _mm_max_ps(a, b); }
#else
inline Floats4 max(Floats4 a, Floats4 b) { return vmaxq_f32(a, b); }
inline Floats4 fma(Floats4 a, Floats4 b, Floats4 c) { return vfmaq_f32(c, a, b); }
inline Floats4 fms(Floats4 a, Floats4 b, Floats4 c) { return vfmaq_f32(vnegq_f32(c), a, b); }
inline Floats4 fnma(Floats4 a, Floats4 b, Floats4 c) { return vfmsq_f32(c, a, b); }
#endif
#ifdef __AVX2__
using Floats8 = batch<float, Avx2>;
inline Floats8 max(Floats8 a, Floats8 b) { return _mm256_max_ps(a, b); }
#endif
#ifdef __AVX512F__
using Floats16 = batch<float, Avx512>;
inline Floats16 max(Floats16 a, Floats16 b) { return _mm512_max_ps(a, b); }
inline Floats16 fma(Floats16 a, Floats16 b, Floats16 c) { return _mm512_fmadd_ps(a, b, c); }
inline Floats16 fms(Floats16 a, Floats16 b, Floats16 c) { return _mm512_fmsub_ps(a, b, c); }
inline Floats16 fnma(Floats16 a, Floats16 b, Floats16 c) { return _mm512_fnmadd_ps(a, b, c); }
#endif

}  // namespace transformer::kernel::simd
#endif

namespace transformer::kernel::simd {

/// The same bits as lanes of type `To`. (What xsimd's own function is asked for has changed.)
template <class To, class From, class Arch>
[[gnu::always_inline]] inline batch<To, Arch> bits_as(batch<From, Arch> v) {
  static_assert(sizeof(To) == sizeof(From));
  batch<To, Arch> lanes;
  __builtin_memcpy(&lanes, &v, sizeof(lanes));
  return lanes;
}

}  // namespace transformer::kernel::simd
