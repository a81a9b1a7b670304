// The part of the allocation counter that depends on the C library. CMake builds one of two
// sources: malloc_counter_glibc.cpp, which counts, or malloc_counter_none.cpp, which does not.
#pragma once

#include <cstddef>
#include <cstdint>

namespace transformer::test {

/// Memory that `free` takes back and that is not counted; null where there is none.
void* uncounted_malloc(std::size_t n_bytes, std::size_t alignment) noexcept;

/// How often malloc or one of its relatives was called since the program began.
std::int64_t n_malloc() noexcept;

}  // namespace transformer::test
