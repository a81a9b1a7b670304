// Memory that is handed out in order and taken back all at once.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <new>
#include <span>
#include <type_traits>
#include <utility>

#include "src/base/index.hpp"
#include "src/system/pages.hpp"

namespace transformer {

/// A row of blocks that are taken from the system when they are needed, and kept. What was handed
/// out never moves, so pointers stay valid until `rewind` takes it back. Rounds of work, such as
/// training steps, get the same blocks again: memory that the system has cleared once need not be
/// cleared anew. Where a later round needs more, `rewind()` makes one block of all: so blocks do
/// not get ever more, and rounds of any shape find room.
///
/// Not thread-safe. Invariants between calls:
/// I1. Blocks 0 .. n_blocks_ - 1 have pages, and there is at least one; current_ is one of them.
/// I2. Everything handed out lies in blocks 0 .. current_, in the order in which it was handed out,
///     each piece in one block. Blocks after current_ hold nothing.
/// I3. Block b holds the bytes from first of b up to first of b + 1 (of the current one: up to
///     used_), counted over all blocks without the room left over at their ends.
///     So first of 0 is 0, and first <= first of the next one <= used_.
/// I4. next_ is the byte of the current block that follows what it holds, at a multiple of
///     `alignment`; end_ is where that block ends.
/// I5. A new block is half as large as all blocks before it together, if not what it is needed for
///     is larger, or the system grants less. So blocks are few, and little is taken in vain.
class Arena {
 public:
  static constexpr Index alignment = 64;  ///< One cache line, one AVX-512 register.

  /// With room for `n_bytes`. Throws Error (internal) where the system refuses.
  explicit Arena(Index n_bytes = Index{1} << 16);
  Arena(const Arena&) = delete;
  Arena& operator=(const Arena&) = delete;

  /// `n` >= 0 uninitialised objects, aligned to `alignment`. Throws Error (internal) where the
  /// system refuses the memory; the arena is as before then.
  template <class T>
  std::span<T> allocate(Index n) {
    static_assert(std::is_trivially_destructible_v<T> && alignof(T) <= alignment);
    constexpr auto size = static_cast<Index>(sizeof(T));
    if (static_cast<size_t>(n) > most_bytes / sizeof(T)) refuse(n);
    return {static_cast<T*>(bytes(round_up(n * size, alignment))), static_cast<size_t>(n)};
  }

  /// One object, constructed from `arguments`; its destructor never runs.
  template <class T, class... Arguments>
  T* create(Arguments&&... arguments) {
    return ::new (allocate<T>(1).data()) T{std::forward<Arguments>(arguments)...};
  }

  /// The number of bytes handed out; what `rewind` takes to return to this state.
  Index used() const { return used_; }
  /// Takes back everything that was handed out since `used()` was `mark`. Its memory may be gone.
  void rewind(Index mark = 0) {
    if (n_blocks_ > 1) return go_back(mark);
    next_ -= used_ - mark;
    used_ = mark;
  }
  /// The largest value that `used()` ever had.
  Index peak() const { return peak_; }

 private:
  static constexpr size_t most_bytes = size_t{1} << 48;
  static constexpr Index most_blocks = 64;

  struct Block {
    Pages pages;
    Index first = 0;
  };

  void* bytes(Index n) {
    if (n > end_ - next_) begin_block(n);
    std::byte* const place = next_;
    next_ += n;
    used_ += n;
    peak_ = std::max(peak_, used_);
    return place;
  }
  [[noreturn]] static void refuse(Index n);
  void begin_block(Index n);
  void go_back(Index mark);
  void end_round();
  void unite();
  void go_on_in(Index block);
  Index n_taken() const;
  void give_back_from(Index block);

  std::byte* next_ = nullptr;
  std::byte* end_ = nullptr;
  Index used_ = 0;
  Index peak_ = 0;
  Index current_ = 0;
  Index n_blocks_ = 0;
  bool has_grown_ = false;  // in this round
  Index n_rounds_that_grew_ = 0;
  std::array<Block, most_blocks> blocks_;
};

}  // namespace transformer
