// Counts how often the program asks for memory, to prove that a piece of it does not.
#pragma once

#include <cstdint>
#include <ostream>
#include <utility>

namespace transformer::test {

/// How many requests for memory there were. A program that links the library `allocation_counter`
/// has operator new (all its forms) and malloc, calloc, realloc, aligned_alloc and their relatives
/// replaced by counting ones. What operator new asks for counts there, not once more under malloc.
struct AllocationCount {
  std::int64_t operator_new = 0;
  std::int64_t malloc = 0;  ///< Stays 0 where `malloc_is_counted` is false.

  friend bool operator==(const AllocationCount&, const AllocationCount&) = default;
  friend AllocationCount operator-(const AllocationCount& a, const AllocationCount& b) {
    return {a.operator_new - b.operator_new, a.malloc - b.malloc};
  }
  friend std::ostream& operator<<(std::ostream& out, const AllocationCount& count) {
    return out << "{operator new: " << count.operator_new << ", malloc: " << count.malloc << "}";
  }
};

/// True with the GNU C library, outside sanitizers: they bring a malloc of their own.
extern const bool malloc_is_counted;

/// The requests since the program began, from all threads.
AllocationCount allocation_count();

/// The requests that were made, on any thread, while `function()` ran.
template <class Function>
AllocationCount allocations_of(Function&& function) {
  const AllocationCount before = allocation_count();
  std::forward<Function>(function)();
  return allocation_count() - before;
}

}  // namespace transformer::test
