#include "src/system/pages.hpp"

#include "src/base/error.hpp"
#include "src/system/machine.hpp"

namespace transformer {

Pages::~Pages() {
  if (data_) machine::give_back_pages(data_, size_);
}

bool Pages::try_to_grow(Index n_bytes) {
  if (n_bytes <= size_) return true;
  constexpr Index beyond_any_address = Index{1} << 56;
  if (n_bytes > beyond_any_address) return false;
  const Index n = machine::whole_pages(n_bytes);
  std::byte* grown = data_ ? machine::grow_pages(data_, size_, n) : machine::take_pages(n);
  if (!grown) return false;
  data_ = grown;
  size_ = n;
  return true;
}

void Pages::grow(Index n_bytes) {
  if (!try_to_grow(n_bytes)) refuse(n_bytes);
}

void Pages::refuse(Index n_bytes) {
  constexpr Index mebibyte = Index{1} << 20;
  fail(ExitCode::internal,
       "out of memory: the system refuses {} MiB; use smaller sizes or batches, or allow more "
       "(ulimit -v)",
       (n_bytes + mebibyte - 1) / mebibyte);
}

}  // namespace transformer
