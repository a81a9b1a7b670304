// How a row of any length is walked in registers: whole ones, then one in which only the first
// lanes take part. Everything here is a template on the instruction set, so that no two of them can
// share a compiled function.
#pragma once

#include <limits>
#include <utility>

#include "src/base/index.hpp"
#include "src/kernels/generic/simd.hpp"

namespace transformer::kernel {

/// One register of floats.
template <class Arch>
using Floats = simd::batch<float, Arch>;

template <class Arch>
inline constexpr Index n_lanes = static_cast<Index>(Floats<Arch>::size);

/// `n` numbers in a register, for what the compiler itself maps to the instruction set: shuffles,
/// and conversions between numbers of different widths.
template <int n, class Number = float>
struct PlainVector {
  typedef Number Register __attribute__((vector_size(n * sizeof(Number))));
};

/// All lanes of a register take part.
template <class Arch>
struct AllLanes {
  static Floats<Arch> load(const float* from) { return Floats<Arch>::load_unaligned(from); }
  static void store(float* to, Floats<Arch> v) { v.store_unaligned(to); }
  static Floats<Arch> or_else(Floats<Arch> v, float) { return v; }
};

/// Only the first lanes take part: the end of a row. Nothing beyond it is read or written.
template <class Arch>
class FirstLanes {
 public:
  explicit FirstLanes(Index count) : count_(count) {}

  /// The other lanes are 0.
  Floats<Arch> load(const float* from) const {
    alignas(Arch::alignment()) float lanes[n_lanes<Arch>] = {};
    for (Index k = 0; k < count_; ++k) lanes[k] = from[k];
    return Floats<Arch>::load_aligned(lanes);
  }
  void store(float* to, Floats<Arch> v) const {
    alignas(Arch::alignment()) float lanes[n_lanes<Arch>];
    v.store_aligned(lanes);
    for (Index k = 0; k < count_; ++k) to[k] = lanes[k];
  }
  /// v in the lanes that take part, `other` in the others.
  Floats<Arch> or_else(Floats<Arch> v, float other) const {
    alignas(Arch::alignment()) float lanes[n_lanes<Arch>];
    v.store_aligned(lanes);
    for (Index k = count_; k < n_lanes<Arch>; ++k) lanes[k] = other;
    return Floats<Arch>::load_aligned(lanes);
  }

 private:
  Index count_;
};

#ifdef __AVX2__
/// AVX2 loads and stores under a mask of all ones or all zeros in each lane.
template <>
class FirstLanes<simd::Avx2> {
  using Vector = Floats<simd::Avx2>;

 public:
  explicit FirstLanes(Index count)
      : mask_(_mm256_cmpgt_epi32(_mm256_set1_epi32(static_cast<int>(count)),
                                 _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7))) {}
  Vector load(const float* from) const { return _mm256_maskload_ps(from, mask_); }
  void store(float* to, Vector v) const { _mm256_maskstore_ps(to, mask_, v); }
  Vector or_else(Vector v, float other) const {
    return _mm256_blendv_ps(_mm256_set1_ps(other), v, _mm256_castsi256_ps(mask_));
  }

 private:
  __m256i mask_;
};
#endif

#ifdef __AVX512F__
/// AVX-512 has masks of one bit for each lane.
template <>
class FirstLanes<simd::Avx512> {
  using Vector = Floats<simd::Avx512>;

 public:
  explicit FirstLanes(Index count) : mask_(static_cast<__mmask16>((1u << count) - 1)) {}
  Vector load(const float* from) const { return _mm512_maskz_loadu_ps(mask_, from); }
  void store(float* to, Vector v) const { _mm512_mask_storeu_ps(to, mask_, v); }
  Vector or_else(Vector v, float other) const {
    return _mm512_mask_blend_ps(mask_, _mm512_set1_ps(other), v);
  }

 private:
  __mmask16 mask_;
};
#endif

/// How many registers are worked on side by side. An addition takes about four cycles, and a sum
/// that is kept in four parts need not wait for it.
inline constexpr int n_ways = 4;

template <int way>
struct Way {
  constexpr operator int() const { return way; }
};

/// Calls body(j, lanes, way) for j = 0, n_lanes, 2 n_lanes ... < n. `lanes` are those of the
/// register that belong to the row; `way` is one of n_ways places to keep a partial result.
template <class Arch, class Body>
void each_register(Index n, Body body) {
  constexpr Index width = n_lanes<Arch>;
  constexpr AllLanes<Arch> all;
  Index j = 0;
  for (; j + n_ways * width <= n; j += n_ways * width) {
    body(j, all, Way<0>{});
    body(j + width, all, Way<1>{});
    body(j + 2 * width, all, Way<2>{});
    body(j + 3 * width, all, Way<3>{});
  }
  for (; j + width <= n; j += width) body(j, all, Way<0>{});
  if (j < n) body(j, FirstLanes<Arch>(n - j), Way<1>{});
}

/// Asks for a part of the next row: it comes from memory while this row's exponentials keep the
/// processor busy. Harmless where there is no next row.
[[gnu::always_inline]] inline void prefetch(const float* place) { __builtin_prefetch(place); }

/// v with its lanes moved down by `distance`, the first ones to the end.
template <class Arch, Index distance, size_t... lane>
Floats<Arch> rotated(Floats<Arch> v, std::index_sequence<lane...>) {
  const typename Floats<Arch>::register_type lanes = v;
  return Floats<Arch>(
      __builtin_shufflevector(lanes, lanes, (lane + distance) % sizeof...(lane)...));
}

/// Combines the lanes of a register in pairs, halves first, until all hold the same.
template <class Arch, Index distance = n_lanes<Arch> / 2, class Combine>
float reduce(Floats<Arch> v, Combine combine) {
  if constexpr (distance == 0) {
    return v.get(0);
  } else {
    const auto all_lanes = std::make_index_sequence<static_cast<size_t>(n_lanes<Arch>)>();
    return reduce<Arch, distance / 2>(combine(v, rotated<Arch, distance>(v, all_lanes)), combine);
  }
}

template <class Arch>
float sum_of_lanes(Floats<Arch> v) {
  return reduce<Arch>(v, [](auto a, auto b) { return a + b; });
}
template <class Arch>
float largest_lane(Floats<Arch> v) {
  return reduce<Arch>(v, [](auto a, auto b) { return simd::max(a, b); });
}

/// A sum in n_ways registers.
template <class Arch>
struct Sum {
  Floats<Arch> parts[n_ways] = {0.0f, 0.0f, 0.0f, 0.0f};

  Floats<Arch>& operator[](int way) { return parts[way]; }
  float total() const { return sum_of_lanes<Arch>((parts[0] + parts[1]) + (parts[2] + parts[3])); }
};

/// The largest of many numbers, in n_ways registers; -infinity of none.
template <class Arch>
struct Largest {
  static constexpr float none = -std::numeric_limits<float>::infinity();
  Floats<Arch> parts[n_ways] = {none, none, none, none};

  void take(int way, Floats<Arch> v) { parts[way] = simd::max(parts[way], v); }
  float total() const {
    return largest_lane<Arch>(
        simd::max(simd::max(parts[0], parts[1]), simd::max(parts[2], parts[3])));
  }
};

}  // namespace transformer::kernel
