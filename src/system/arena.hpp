// Memory that is handed out in order and taken back all at once.
#pragma once

#include <cstddef>
#include <new>
#include <span>
#include <type_traits>
#include <utility>

#include "src/base/index.hpp"

namespace transformer {

/// A range of addresses that is reserved once and gets its memory when it is first needed. What it
/// handed out never moves, so pointers stay valid until `rewind`; the pages stay with it, so that
/// the second training step asks the system for nothing.
class Arena {
 public:
  static constexpr Index alignment = 64;  ///< One cache line, one AVX-512 register.

  static constexpr Index smallest = Index{1} << 24;

  /// Reserves addresses (not memory) for `capacity` bytes, or for as much as the system grants,
  /// but at least `smallest`.
  explicit Arena(Index capacity = Index{1} << 36);
  ~Arena();
  Arena(const Arena&) = delete;
  Arena& operator=(const Arena&) = delete;

  /// `n` uninitialised objects, aligned to `alignment`. Throws Error (internal) when full.
  template <class T>
  std::span<T> allocate(Index n) {
    static_assert(std::is_trivially_destructible_v<T> && alignof(T) <= alignment);
    return {static_cast<T*>(bytes(n * static_cast<Index>(sizeof(T)))), static_cast<size_t>(n)};
  }

  /// One object, constructed from `arguments`; its destructor never runs.
  template <class T, class... Arguments>
  T* create(Arguments&&... arguments) {
    return ::new (allocate<T>(1).data()) T{std::forward<Arguments>(arguments)...};
  }

  /// The number of bytes handed out; what `rewind` takes to return to this state.
  Index used() const { return used_; }
  /// Takes back everything that was handed out since `used()` was `mark`.
  void rewind(Index mark = 0) { used_ = mark; }
  /// The largest value that `used()` ever had.
  Index peak() const { return peak_; }
  /// The first byte of the range; everything handed out lies in [data(), data() + used()).
  std::byte* data() const { return base_; }

 private:
  void* bytes(Index n);
  void commit(Index n);

  std::byte* base_ = nullptr;
  Index capacity_ = 0;   // reserved addresses
  Index committed_ = 0;  // bytes that may be touched
  Index used_ = 0;
  Index peak_ = 0;
};

}  // namespace transformer
