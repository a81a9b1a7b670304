#include "src/system/arena.hpp"

#include <utility>

#include "src/base/error.hpp"

namespace transformer {

Arena::Arena(Index n_bytes) {
  blocks_[0].pages.grow(n_bytes);
  n_blocks_ = 1;
  go_on_in(0);
}

void Arena::refuse(Index n) { fail(ExitCode::internal, "there is no memory for {} objects", n); }

Index Arena::n_taken() const {
  Index n = 0;
  for (Index b = 0; b < n_blocks_; ++b) n += blocks_[b].pages.size();
  return n;
}

void Arena::give_back_from(Index block) {
  while (n_blocks_ > block) blocks_[--n_blocks_].pages = Pages();
}

/// From the byte on that `used_` stands for.
void Arena::go_on_in(Index block) {
  current_ = block;
  const Block& now = blocks_[block];
  next_ = now.pages.data() + (used_ - now.first);
  end_ = now.pages.data() + now.pages.size();
}

void Arena::begin_block(Index n) {
  const Index next = current_ + 1;
  if (next == most_blocks) Pages::refuse(n);
  Pages& pages = blocks_[next].pages;
  if (next == n_blocks_ || pages.size() < n) {
    // One block takes the place of the empty ones, the first of which is too small.
    Index wish = n_taken() / 2;
    give_back_from(next);
    while (wish > n && !pages.try_to_grow(wish)) wish /= 2;
    pages.grow(n);
    n_blocks_ = next + 1;
    has_grown_ = true;
  }
  blocks_[next].first = used_;
  go_on_in(next);
}

void Arena::go_back(Index mark) {
  used_ = mark;
  while (current_ > 0 && used_ <= blocks_[current_].first) --current_;
  if (used_ == 0) end_round();
  go_on_in(current_);
}

/// The first round that needs blocks shows how many there are; another one, that they do not fit.
void Arena::end_round() {
  if (!std::exchange(has_grown_, false)) return;
  if (++n_rounds_that_grew_ > 1) unite();
}

/// Makes one block of all, none of which holds anything.
void Arena::unite() {
  const Index n = n_taken();
  give_back_from(1);
  Pages& first = blocks_[0].pages;
  Pages fresh;  // has large pages from its beginning on, but has been touched nowhere
  if (first.size() < n / 2 && fresh.try_to_grow(n)) {
    first = std::move(fresh);
  } else {
    first.try_to_grow(n);  // where the system refuses, what is missing becomes blocks again
  }
}

}  // namespace transformer
