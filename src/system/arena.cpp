#include "src/system/arena.hpp"

#include <sys/mman.h>

#include <algorithm>
#include <cstdint>

#include "src/base/error.hpp"

namespace transformer {
namespace {

constexpr Index large_page = Index{1} << 21;

}  // namespace

Arena::Arena(Index capacity) {
  // Take what the system grants: a limit on address space may refuse the first wish.
  for (capacity = round_up(capacity, large_page); capacity >= smallest; capacity /= 2) {
    void* range = mmap(nullptr, static_cast<size_t>(capacity), PROT_NONE,
                       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (range != MAP_FAILED) {
      base_ = static_cast<std::byte*>(range);
      capacity_ = capacity;
      return;
    }
  }
  fail(ExitCode::internal, "out of memory: the system refuses {} bytes of address space", smallest);
}

Arena::~Arena() { munmap(base_, static_cast<size_t>(capacity_)); }

void* Arena::bytes(Index n) {
  const Index start = used_;
  const Index end = start + round_up(n, alignment);
  if (end > committed_) commit(end);
  used_ = end;
  peak_ = std::max(peak_, end);
  return base_ + start;
}

void Arena::commit(Index n) {
  // Grow by half at least, in whole large pages, so that growth is rare.
  const Index wanted = std::max(round_up(n, large_page), round_up(committed_ * 3 / 2, large_page));
  const Index end = std::min(wanted, capacity_);
  if (n > end || mprotect(base_, static_cast<size_t>(end), PROT_READ | PROT_WRITE) != 0) {
    fail(ExitCode::internal, "out of memory: {} MiB needed; use smaller sizes or batches", n >> 20);
  }
#ifdef MADV_HUGEPAGE
  madvise(base_ + committed_, static_cast<size_t>(end - committed_), MADV_HUGEPAGE);
#endif
  committed_ = end;
}

}  // namespace transformer
