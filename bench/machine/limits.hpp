// Loops that do nothing but reach a limit of the machine. Each instruction set's file compiles them
// for itself; the names are local to it.
#pragma once

#include "src/base/index.hpp"

namespace transformer::bench {

/// The loops of one instruction set.
struct LimitLoops {
  /// Multiplies and adds in registers, n_rounds times; a round is so many FLOPs.
  float (*multiply_add)(Index n_rounds);
  Index flops_per_round;
  /// The sum of n numbers; n is a multiple of 128.
  float (*read)(const float* x, Index n);
  /// z = x + 3 y, for n numbers; n is a multiple of 128.
  void (*triad)(const float* x, const float* y, Index n, float* z);
};

LimitLoops baseline_loops();
LimitLoops avx2_loops();
LimitLoops avx512_loops();

namespace {

/// `n_bytes` of floats: one register.
template <int n_bytes>
struct Register {
  typedef float Type __attribute__((vector_size(n_bytes)));
  typedef float Unaligned __attribute__((vector_size(n_bytes), aligned(4), may_alias));
  static constexpr Index n_floats = n_bytes / 4;
};

template <class Vector>
float sum_of(const Vector& vector) {
  float sum = 0.0f;
  for (size_t i = 0; i < sizeof(Vector) / sizeof(float); ++i) sum += vector[i];
  return sum;
}

/// Two units that need four cycles each are busy with eight independent sums; a few more are safe.
inline constexpr int n_sums = 12;

template <int n_bytes>
float multiply_add(Index n_rounds) {
  using Vector = typename Register<n_bytes>::Type;
  Vector sums[n_sums];
  for (int i = 0; i < n_sums; ++i) sums[i] = Vector{} + static_cast<float>(i);  // all different
  const Vector factor = Vector{} + 0.5f, addend = Vector{} + 1.0f;
  for (Index round = 0; round < n_rounds; ++round) {
#pragma GCC unroll 12
    for (int i = 0; i < n_sums; ++i) sums[i] = sums[i] * factor + addend;
  }
  Vector total = {};
  for (const Vector& sum : sums) total += sum;
  return sum_of(total);
}

template <int n_bytes>
float read(const float* x, Index n) {
  using Vector = typename Register<n_bytes>::Type;
  constexpr Index width = Register<n_bytes>::n_floats;
  Vector sums[8] = {};
  for (Index i = 0; i < n; i += 8 * width) {
#pragma GCC unroll 8
    for (Index j = 0; j < 8; ++j) {
      sums[j] += *reinterpret_cast<const typename Register<n_bytes>::Unaligned*>(x + i + j * width);
    }
  }
  Vector total = {};
  for (const Vector& sum : sums) total += sum;
  return sum_of(total);
}

template <int n_bytes>
void triad(const float* x, const float* y, Index n, float* z) {
  using Unaligned = typename Register<n_bytes>::Unaligned;
  for (Index i = 0; i < n; i += Register<n_bytes>::n_floats) {
    *reinterpret_cast<Unaligned*>(z + i) = *reinterpret_cast<const Unaligned*>(x + i) +
                                           3.0f * *reinterpret_cast<const Unaligned*>(y + i);
  }
}

template <int n_bytes>
LimitLoops loops() {
  return {multiply_add<n_bytes>, 2 * n_sums * Register<n_bytes>::n_floats, read<n_bytes>,
          triad<n_bytes>};
}

}  // namespace
}  // namespace transformer::bench
