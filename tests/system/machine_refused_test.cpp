// A system that refuses memory in one way and grants it in another, and one that does not tell what
// it has. Of Linux only: elsewhere these calls do not stand before those of the C library.
#include <sched.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cerrno>
#include <cstdarg>
#include <cstdint>
#include <cstring>
#include <limits>
#include <span>

#include "src/system/machine.hpp"
#include "src/system/pages.hpp"

using namespace transformer;

namespace {

constexpr size_t small_page = 4096, large_page = size_t{1} << 21;

/// What the system does not grant.
struct Refused {
  size_t bytes_from = std::numeric_limits<size_t>::max();  ///< This many at a time, and more.
  bool alignment = false;     ///< Addresses that begin with a large page.
  bool moving_there = false;  ///< Pages at a place that was chosen.
  bool moving = false;        ///< Pages at any other place.
  size_t sets_below = 0;      ///< Sets of processors of fewer bytes.
};
Refused refused;

/// Refuses these things while it lives.
struct Refusing {
  explicit Refusing(const Refused& what) { refused = what; }
  ~Refusing() { refused = {}; }
};

void* granted_pages(size_t n, int protection, int flags) {
  return reinterpret_cast<void*>(syscall(SYS_mmap, nullptr, n, protection, flags, -1, 0));
}

std::span<std::byte> all_of(const Pages& pages) {
  return {pages.data(), static_cast<size_t>(pages.size())};
}

bool begins_with_a_large_page(const Pages& pages) {
  return reinterpret_cast<std::uintptr_t>(pages.data()) % large_page == 0;
}

}  // namespace

extern "C" {

void* mmap(void* wish, size_t n, int protection, int flags, int file, off_t begin) noexcept {
  if (file != -1 || n < large_page) {
    return reinterpret_cast<void*>(syscall(SYS_mmap, wish, n, protection, flags, file, begin));
  }
  if (n >= refused.bytes_from) {
    errno = ENOMEM;
    return MAP_FAILED;
  }
  if (!refused.alignment) return granted_pages(n, protection, flags);
  // A small page more than is wanted: one of the first two places is none of a large page.
  auto* pages = static_cast<std::byte*>(granted_pages(n + small_page, protection, flags));
  const bool begins_large = reinterpret_cast<std::uintptr_t>(pages) % large_page == 0;
  return begins_large ? pages + small_page : pages;
}

void* mremap(void* pages, size_t n_old, size_t n_new, int flags, ...) noexcept {
  va_list arguments;
  va_start(arguments, flags);
  const bool is_there = (flags & MREMAP_FIXED) != 0;
  void* const place = is_there ? va_arg(arguments, void*) : nullptr;
  va_end(arguments);
  if (is_there ? refused.moving_there : refused.moving) {
    errno = ENOMEM;
    return MAP_FAILED;
  }
  return reinterpret_cast<void*>(syscall(SYS_mremap, pages, n_old, n_new, flags, place));
}

int sched_getaffinity(pid_t process, size_t n_bytes, cpu_set_t* set) noexcept {
  if (n_bytes < refused.sets_below) {
    errno = EINVAL;
    return -1;
  }
  const long n_known = syscall(SYS_sched_getaffinity, process, n_bytes, set);
  if (n_known < 0) return -1;
  std::memset(reinterpret_cast<char*>(set) + n_known, 0, n_bytes - static_cast<size_t>(n_known));
  return 0;
}
}

BOOST_AUTO_TEST_SUITE(machine_refused)

BOOST_AUTO_TEST_CASE(pages_that_come_crooked_are_cut_straight) {
  const Refusing refusing({.alignment = true});
  Pages pages;
  pages.grow(3 * large_page);
  BOOST_TEST(begins_with_a_large_page(pages));
  std::ranges::fill(all_of(pages), std::byte{1});  // all of it is there
}

BOOST_AUTO_TEST_CASE(where_there_is_no_room_to_cut_crooked_pages_do) {
  const Refusing refusing({.bytes_from = 4 * large_page, .alignment = true});
  Pages pages;
  pages.grow(3 * large_page);
  BOOST_TEST(!begins_with_a_large_page(pages));
  std::ranges::fill(all_of(pages), std::byte{1});
}

BOOST_AUTO_TEST_CASE(pages_that_cannot_move_to_their_place_grow_where_the_system_likes) {
  Pages pages;
  pages.grow(2 * large_page);
  std::ranges::fill(all_of(pages), std::byte{1});
  const Index before = pages.size();
  for (const Refused& what : {Refused{.moving_there = true}, Refused{.bytes_from = large_page}}) {
    const Refusing refusing(what);
    pages.grow(2 * pages.size());
    BOOST_TEST(std::ranges::count(all_of(pages).first(before), std::byte{1}) == before);
  }
  const Refusing refusing({.moving_there = true, .moving = true});
  BOOST_TEST(!pages.try_to_grow(2 * pages.size()));
  BOOST_TEST(std::ranges::count(all_of(pages).first(before), std::byte{1}) == before);
}

BOOST_AUTO_TEST_CASE(a_system_of_very_many_processors_is_asked_with_a_larger_set) {
  const int n = machine::n_processors();
  const Refusing refusing({.sets_below = 8192 / 8});
  BOOST_TEST(machine::n_processors() == n);
}

BOOST_AUTO_TEST_CASE(where_nobody_says_what_a_process_is_bound_to_all_processors_count) {
  const Refusing refusing({.sets_below = std::numeric_limits<size_t>::max()});
  BOOST_TEST(machine::n_processors() >= 1);
  BOOST_TEST(machine::n_processors() <= sysconf(_SC_NPROCESSORS_ONLN));
}

BOOST_AUTO_TEST_SUITE_END()
