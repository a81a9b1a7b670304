// Memory straight from the system.
#pragma once

#include <cstddef>
#include <utility>

#include "src/base/index.hpp"

namespace transformer {

/// A block of whole pages, aligned to at least one, that can grow. Zeros where nothing was written.
class Pages {
 public:
  Pages() = default;
  ~Pages();
  Pages(Pages&& other) noexcept
      : data_(std::exchange(other.data_, nullptr)), size_(std::exchange(other.size_, 0)) {}
  Pages& operator=(Pages&& other) noexcept {
    std::swap(data_, other.data_);
    std::swap(size_, other.size_);
    return *this;
  }

  /// Makes room for `n_bytes` at least. What is there stays, maybe in another place. Throws Error
  /// (internal), and nothing happened, where the system refuses.
  void grow(Index n_bytes);
  /// The same; false where the system refuses.
  bool try_to_grow(Index n_bytes);

  /// What `grow` throws.
  [[noreturn]] static void refuse(Index n_bytes);

  std::byte* data() const { return data_; }
  Index size() const { return size_; }

 private:
  std::byte* data_ = nullptr;
  Index size_ = 0;
};

}  // namespace transformer
