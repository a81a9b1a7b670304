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
  /// The sum of three arrays of n numbers; n is a multiple of 16. Several streams at once, as
  /// kernels have them, reach more than one.
  float (*read)(const float* x, const float* y, const float* z, Index n);
  /// Adds 1 to each of them: as much is written as is read.
  void (*update)(float* x, float* y, float* z, Index n);
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
  // All different, and none known to the compiler: it would leave out one that never changes.
  for (int i = 0; i < n_sums; ++i) sums[i] = Vector{} + static_cast<float>(n_rounds + i);
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
float read(const float* x, const float* y, const float* z, Index n) {
  using Vector = typename Register<n_bytes>::Type;
  using Unaligned = typename Register<n_bytes>::Unaligned;
  Vector sum_x = {}, sum_y = {}, sum_z = {};
  for (Index i = 0; i < n; i += Register<n_bytes>::n_floats) {
    sum_x += *reinterpret_cast<const Unaligned*>(x + i);
    sum_y += *reinterpret_cast<const Unaligned*>(y + i);
    sum_z += *reinterpret_cast<const Unaligned*>(z + i);
  }
  return sum_of<Vector>(sum_x + sum_y + sum_z);
}

template <int n_bytes>
void update(float* x, float* y, float* z, Index n) {
  using Unaligned = typename Register<n_bytes>::Unaligned;
  for (Index i = 0; i < n; i += Register<n_bytes>::n_floats) {
    // All loads first: the arrays may lie so that a load waits for a store 4 KiB away.
    const Unaligned x_i = *reinterpret_cast<const Unaligned*>(x + i) + 1.0f;
    const Unaligned y_i = *reinterpret_cast<const Unaligned*>(y + i) + 1.0f;
    const Unaligned z_i = *reinterpret_cast<const Unaligned*>(z + i) + 1.0f;
    *reinterpret_cast<Unaligned*>(x + i) = x_i;
    *reinterpret_cast<Unaligned*>(y + i) = y_i;
    *reinterpret_cast<Unaligned*>(z + i) = z_i;
  }
}

template <int n_bytes>
LimitLoops loops() {
  return {multiply_add<n_bytes>, 2 * n_sums * Register<n_bytes>::n_floats, read<n_bytes>,
          update<n_bytes>};
}

}  // namespace
}  // namespace transformer::bench
