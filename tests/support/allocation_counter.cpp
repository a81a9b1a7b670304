#include "tests/support/allocation_counter.hpp"

#include <atomic>
#include <cstddef>
#include <cstdlib>
#include <new>

#include "tests/support/malloc_counter.hpp"

namespace transformer::test {
namespace {

std::atomic<std::int64_t> n_operator_new = 0;

/// What every operator new does: counts, and takes memory from below the counting malloc.
void* count_and_allocate(std::size_t n_bytes, std::size_t alignment) noexcept {
  n_operator_new.fetch_add(1, std::memory_order_relaxed);
  return uncounted_malloc(n_bytes == 0 ? 1 : n_bytes, alignment);
}

void* allocate_or_throw(std::size_t n_bytes, std::size_t alignment) {
  if (void* memory = count_and_allocate(n_bytes, alignment)) return memory;
  throw std::bad_alloc();
}

constexpr std::size_t plain = __STDCPP_DEFAULT_NEW_ALIGNMENT__;

}  // namespace

AllocationCount allocation_count() { return {n_operator_new.load(), n_malloc()}; }

}  // namespace transformer::test

using transformer::test::allocate_or_throw;
using transformer::test::count_and_allocate;
using transformer::test::plain;
using Alignment = std::align_val_t;
using Size = std::size_t;

void* operator new(Size n) { return allocate_or_throw(n, plain); }
void* operator new[](Size n) { return allocate_or_throw(n, plain); }
void* operator new(Size n, Alignment a) { return allocate_or_throw(n, Size(a)); }
void* operator new[](Size n, Alignment a) { return allocate_or_throw(n, Size(a)); }
void* operator new(Size n, const std::nothrow_t&) noexcept { return count_and_allocate(n, plain); }
void* operator new[](Size n, const std::nothrow_t&) noexcept {
  return count_and_allocate(n, plain);
}
void* operator new(Size n, Alignment a, const std::nothrow_t&) noexcept {
  return count_and_allocate(n, Size(a));
}
void* operator new[](Size n, Alignment a, const std::nothrow_t&) noexcept {
  return count_and_allocate(n, Size(a));
}

// The nothrow forms of operator delete end in these.
void operator delete(void* p) noexcept { std::free(p); }
void operator delete(void* p, Size) noexcept { std::free(p); }
void operator delete(void* p, Alignment) noexcept { std::free(p); }
void operator delete(void* p, Size, Alignment) noexcept { std::free(p); }
void operator delete[](void* p) noexcept { std::free(p); }
void operator delete[](void* p, Size) noexcept { std::free(p); }
void operator delete[](void* p, Alignment) noexcept { std::free(p); }
void operator delete[](void* p, Size, Alignment) noexcept { std::free(p); }
