// Every call to the machine, on POSIX systems.
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <bit>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <memory>

#if defined(__GLIBC__)
#include <malloc.h>
#endif
#if defined(__APPLE__)
#include <sys/sysctl.h>
#endif

#include "src/system/machine.hpp"
#include "src/system/processor_quota.hpp"

namespace transformer::machine {
namespace {

constexpr Index large_page = Index{1} << 21;

std::byte* map(Index n_bytes) {
  void* pages = mmap(nullptr, static_cast<size_t>(n_bytes), PROT_READ | PROT_WRITE,
                     MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  return pages == MAP_FAILED ? nullptr : static_cast<std::byte*>(pages);
}

/// How far it is to the next large page.
Index distance_to_large_page(const std::byte* address) {
  return -static_cast<Index>(reinterpret_cast<std::uintptr_t>(address)) & (large_page - 1);
}

/// Addresses that begin with a large page, if that is possible; null where there are none at all.
std::byte* map_large_pages(Index n_bytes) {
  std::byte* pages = map(n_bytes);
  if (!pages || distance_to_large_page(pages) == 0) return pages;
  give_back_pages(pages, n_bytes);
  pages = map(n_bytes + large_page);
  if (!pages) return map(n_bytes);
  const Index before = distance_to_large_page(pages);
  if (before > 0) give_back_pages(pages, before);
  give_back_pages(pages + before + n_bytes, large_page - before);
  return pages + before;
}

std::byte* advised([[maybe_unused]] std::byte* pages, [[maybe_unused]] Index n_bytes) {
#if defined(MADV_HUGEPAGE)
  if (pages && n_bytes >= large_page) {
    madvise(pages, static_cast<size_t>(n_bytes), MADV_HUGEPAGE);
  }
#endif
  return pages;
}

/// Gives old pages another place, or copies them.
std::byte* move_pages(std::byte* pages, Index n_old, std::byte* place, Index n_new) {
#if defined(MREMAP_FIXED)
  void* moved = mremap(pages, static_cast<size_t>(n_old), static_cast<size_t>(n_new),
                       MREMAP_MAYMOVE | MREMAP_FIXED, place);
  if (moved != MAP_FAILED) return place;
  give_back_pages(place, n_new);
  return nullptr;
#else
  std::memcpy(place, pages, static_cast<size_t>(n_old));
  give_back_pages(pages, n_old);
  return place;
#endif
}

/// For want of addresses for old and new pages at a time: leaves it to the system where to grow.
std::byte* grow_anywhere([[maybe_unused]] std::byte* pages, [[maybe_unused]] Index n_old,
                         [[maybe_unused]] Index n_new) {
#if defined(MREMAP_MAYMOVE)
  void* grown =
      mremap(pages, static_cast<size_t>(n_old), static_cast<size_t>(n_new), MREMAP_MAYMOVE);
  if (grown != MAP_FAILED) return static_cast<std::byte*>(grown);
#endif
  return nullptr;
}

}  // namespace

// ---- Memory -------------------------------------------------------------------------------------

Index whole_pages(Index n_bytes) {
  static const Index page = sysconf(_SC_PAGESIZE);
  return round_up(n_bytes, n_bytes < large_page / 4 ? page : large_page);
}

std::byte* take_pages(Index n_bytes) {
  return advised(n_bytes < large_page ? map(n_bytes) : map_large_pages(n_bytes), n_bytes);
}

std::byte* grow_pages(std::byte* pages, Index n_old, Index n_new) {
  std::byte* place = n_new < large_page ? map(n_new) : map_large_pages(n_new);
  std::byte* grown = place ? move_pages(pages, n_old, place, n_new) : nullptr;
  if (!grown) grown = grow_anywhere(pages, n_old, n_new);
  return advised(grown, n_new);
}

void give_back_pages(std::byte* pages, Index n_bytes) {
  munmap(pages, static_cast<size_t>(n_bytes));
}

double physical_memory() {
  const double all =
      static_cast<double>(sysconf(_SC_PHYS_PAGES)) * static_cast<double>(sysconf(_SC_PAGESIZE));
  return std::min(all, memory_quota().value_or(all));
}

double peak_memory() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
#if defined(__APPLE__)
  return static_cast<double>(usage.ru_maxrss);
#else
  return 1024.0 * static_cast<double>(usage.ru_maxrss);  // counted in KiB
#endif
}

// ---- Processors ---------------------------------------------------------------------------------

namespace {

/// How many processors this process is bound to; 0 where that is not known.
int n_bound_to() {
#if defined(__linux__)
  // The kernel refuses a set with room for fewer processors than it could have.
  for (int room = 1024; room <= 1 << 20; room *= 2) {
    const std::unique_ptr<cpu_set_t, void (*)(cpu_set_t*)> set(CPU_ALLOC(room),
                                                               [](cpu_set_t* s) { CPU_FREE(s); });
    const size_t n_bytes = CPU_ALLOC_SIZE(room);
    if (set && sched_getaffinity(0, n_bytes, set.get()) == 0) {
      return CPU_COUNT_S(n_bytes, set.get());
    }
  }
#endif
  return 0;
}

}  // namespace

int n_processors() {
  int n = n_bound_to();
  if (n == 0) n = static_cast<int>(sysconf(_SC_NPROCESSORS_ONLN));
  return std::max(1, std::min(n, processor_quota().value_or(n)));
}

Index l2_cache_bytes() {
  std::int64_t n_bytes = 0;
#if defined(_SC_LEVEL2_CACHE_SIZE)
  n_bytes = sysconf(_SC_LEVEL2_CACHE_SIZE);
#elif defined(__APPLE__)
  size_t size = sizeof(n_bytes);
  if (sysctlbyname("hw.l2cachesize", &n_bytes, &size, nullptr, 0) != 0) n_bytes = 0;
#endif
  constexpr Index modest_guess = 1 << 18;
  return n_bytes > 0 ? static_cast<Index>(n_bytes) : modest_guess;
}

// ---- Threads ------------------------------------------------------------------------------------

static_assert(sizeof(pthread_t) == sizeof(ThreadHandle));

int start_thread(ThreadHandle& thread, void* (*body)(void*), void* context) {
#if defined(__GLIBC__)
  // Each thread's own heap would take 64 MiB of addresses; threads that compute seldom allocate.
  static const int one_heap = mallopt(M_ARENA_MAX, 1);
  static_cast<void>(one_heap);
#endif
  constexpr size_t stack_bytes = size_t{1} << 20;
  pthread_attr_t attributes;
  if (const int error = pthread_attr_init(&attributes); error != 0) return error;
  pthread_attr_setstacksize(&attributes, stack_bytes);
  pthread_t id{};
  const int error = pthread_create(&id, &attributes, body, context);
  pthread_attr_destroy(&attributes);
  thread = std::bit_cast<ThreadHandle>(id);
  return error;
}

void join_thread(ThreadHandle thread) { pthread_join(std::bit_cast<pthread_t>(thread), nullptr); }

void yield_processor() { sched_yield(); }

// ---- Streams, clock, process --------------------------------------------------------------------

bool is_terminal(Stream stream) { return isatty(static_cast<int>(stream)) != 0; }

Index terminal_columns(Stream stream) {
  winsize size{};
  return ioctl(static_cast<int>(stream), TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

bool occupy_standard_streams() {
  for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (fcntl(stream, F_GETFD) != -1 || errno != EBADF) continue;
    // open(2) takes the lowest number that is free. The wrong direction, so that use is an error.
    const int direction = stream == STDIN_FILENO ? O_WRONLY : O_RDONLY;
    if (open("/dev/null", direction) == -1) return false;
  }
  return true;
}

double seconds() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

std::int64_t process_id() { return getpid(); }

}  // namespace transformer::machine
