// Stands before the malloc of the GNU C library, which stays reachable as __libc_malloc; so `free`
// needs no replacement. (glibc manual, "Replacing malloc")
#include <atomic>
#include <cerrno>

#include "tests/support/allocation_counter.hpp"
#include "tests/support/malloc_counter.hpp"

extern "C" {
void* __libc_malloc(std::size_t);
void* __libc_calloc(std::size_t, std::size_t);
void* __libc_realloc(void*, std::size_t);
void* __libc_memalign(std::size_t, std::size_t);
}

namespace transformer::test {
namespace {

std::atomic<std::int64_t> n_calls = 0;
void count() noexcept { n_calls.fetch_add(1, std::memory_order_relaxed); }

}  // namespace

const bool malloc_is_counted = true;

std::int64_t n_malloc() noexcept { return n_calls.load(); }

void* uncounted_malloc(std::size_t n_bytes, std::size_t alignment) noexcept {
  if (alignment <= __STDCPP_DEFAULT_NEW_ALIGNMENT__) return __libc_malloc(n_bytes);
  return __libc_memalign(alignment, n_bytes);
}

}  // namespace transformer::test

using transformer::test::count;
using Size = std::size_t;

extern "C" {

void* malloc(Size n_bytes) noexcept {
  count();
  return __libc_malloc(n_bytes);
}
void* calloc(Size n, Size n_bytes) noexcept {
  count();
  return __libc_calloc(n, n_bytes);
}
void* realloc(void* memory, Size n_bytes) noexcept {
  count();
  return __libc_realloc(memory, n_bytes);
}
void* memalign(Size alignment, Size n_bytes) noexcept {
  count();
  return __libc_memalign(alignment, n_bytes);
}
void* aligned_alloc(Size alignment, Size n_bytes) noexcept {
  count();
  return __libc_memalign(alignment, n_bytes);
}
int posix_memalign(void** memory, Size alignment, Size n_bytes) noexcept {
  count();
  if (alignment % sizeof(void*) != 0 || (alignment & (alignment - 1)) != 0) return EINVAL;
  void* got = __libc_memalign(alignment, n_bytes);
  if (got == nullptr) return ENOMEM;
  *memory = got;
  return 0;
}

}  // extern "C"
