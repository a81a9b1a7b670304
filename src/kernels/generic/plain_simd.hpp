// The registers of simd.hpp for processors of any other kind: the compiler's vectors of 16 bytes,
// with the part of xsimd's interface that the kernels use.
#pragma once

#include <cstddef>
#include <cstdint>

namespace transformer::kernel::simd {

/// The instruction set: whatever the compiler makes of vectors.
struct Baseline {
  static constexpr size_t alignment() { return 16; }
};

template <class T>
struct Register {
  typedef T Type __attribute__((vector_size(16)));
};

/// A register of lanes of type T. A comparison gives lanes of all ones or all zeros.
template <class T, class Arch>
struct batch {
  using register_type = typename Register<T>::Type;
  static constexpr size_t size = sizeof(register_type) / sizeof(T);

  register_type lanes;

  batch() = default;
  batch(register_type all) : lanes(all) {}
  batch(T each) : lanes(each - register_type{}) {}
  operator register_type() const { return lanes; }

  static batch load_unaligned(const T* from) {
    batch v;
    __builtin_memcpy(&v.lanes, from, sizeof(v.lanes));
    return v;
  }
  static batch load_aligned(const T* from) { return load_unaligned(from); }
  void store_unaligned(T* to) const { __builtin_memcpy(to, &lanes, sizeof(lanes)); }
  void store_aligned(T* to) const { store_unaligned(to); }
  T get(size_t lane) const { return lanes[lane]; }

  friend batch operator+(batch a, batch b) { return a.lanes + b.lanes; }
  friend batch operator-(batch a, batch b) { return a.lanes - b.lanes; }
  friend batch operator*(batch a, batch b) { return a.lanes * b.lanes; }
  friend batch operator/(batch a, batch b) { return a.lanes / b.lanes; }
  friend batch operator&(batch a, batch b) { return a.lanes & b.lanes; }
  friend batch operator|(batch a, batch b) { return a.lanes | b.lanes; }
  friend batch operator^(batch a, batch b) { return a.lanes ^ b.lanes; }
  friend batch operator<<(batch a, int n) { return a.lanes << n; }
  friend batch operator>>(batch a, int n) { return a.lanes >> n; }
  friend auto operator<(batch a, batch b) { return a.lanes < b.lanes; }
  friend auto operator>(batch a, batch b) { return a.lanes > b.lanes; }
  friend auto operator<=(batch a, batch b) { return a.lanes <= b.lanes; }
  friend auto operator>=(batch a, batch b) { return a.lanes >= b.lanes; }
  friend auto operator==(batch a, batch b) { return a.lanes == b.lanes; }
  friend auto operator!=(batch a, batch b) { return a.lanes != b.lanes; }
  batch& operator+=(batch other) { return *this = *this + other; }
};

/// Whether any lane of a comparison is all ones.
template <class Mask>
bool any(Mask mask) {
  for (size_t lane = 0; lane < sizeof(mask) / sizeof(mask[0]); ++lane) {
    if (mask[lane] != 0) return true;
  }
  return false;
}
template <class T, class Arch, class Mask>
batch<T, Arch> select(Mask mask, batch<T, Arch> yes, batch<T, Arch> no) {
  return mask ? yes.lanes : no.lanes;
}
template <class T, class Arch>
batch<T, Arch> max(batch<T, Arch> a, batch<T, Arch> b) {
  return select(a > b, a, b);
}
/// a b + c, a b - c and c - a b, rounded twice.
template <class T, class Arch>
batch<T, Arch> fma(batch<T, Arch> a, batch<T, Arch> b, batch<T, Arch> c) {
  return a * b + c;
}
template <class T, class Arch>
batch<T, Arch> fms(batch<T, Arch> a, batch<T, Arch> b, batch<T, Arch> c) {
  return a * b - c;
}
template <class T, class Arch>
batch<T, Arch> fnma(batch<T, Arch> a, batch<T, Arch> b, batch<T, Arch> c) {
  return c - a * b;
}
template <class Arch>
batch<float, Arch> sqrt(batch<float, Arch> v) {
  for (size_t lane = 0; lane < v.size; ++lane) v.lanes[lane] = __builtin_sqrtf(v.lanes[lane]);
  return v;
}

}  // namespace transformer::kernel::simd
