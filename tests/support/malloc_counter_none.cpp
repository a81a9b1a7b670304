// Where malloc cannot be counted: other C libraries, and sanitizers, which bring their own.
#include <cstdlib>

#include "tests/support/allocation_counter.hpp"
#include "tests/support/malloc_counter.hpp"

namespace transformer::test {

const bool malloc_is_counted = false;

std::int64_t n_malloc() noexcept { return 0; }

void* uncounted_malloc(std::size_t n_bytes, std::size_t alignment) noexcept {
  if (alignment <= __STDCPP_DEFAULT_NEW_ALIGNMENT__) return std::malloc(n_bytes);
  return std::aligned_alloc(alignment, (n_bytes + alignment - 1) / alignment * alignment);
}

}  // namespace transformer::test
