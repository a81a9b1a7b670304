// The largest logits of a row. Most blocks of a long row hold none of them, and are passed by.
#include <algorithm>

#include "src/kernels/kernels.hpp"

namespace transformer {
namespace {

/// This loop has no branches, so it becomes SIMD code.
bool any_exceeds(std::span<const float> logits, float bound) {
  int any = 0;
  for (const float logit : logits) any |= logit > bound;
  return any != 0;
}

}  // namespace

std::span<Likely> most_likely(std::span<const float> logits, std::span<Likely> room, float above) {
  constexpr size_t block = 64;
  size_t n_found = 0;
  for (size_t first = 0; first < logits.size() && !room.empty(); first += block) {
    const auto some = logits.subspan(first, std::min(block, logits.size() - first));
    if (!any_exceeds(some, above)) continue;
    for (size_t i = 0; i < some.size(); ++i) {
      if (!(some[i] > above)) continue;
      // The smaller ones move back by one; the last one leaves where there is no room.
      size_t place = n_found < room.size() ? n_found++ : n_found - 1;
      for (; place > 0 && room[place - 1].logit < some[i]; --place) room[place] = room[place - 1];
      room[place] = {static_cast<TokenId>(first + i), some[i]};
      if (n_found == room.size()) above = room.back().logit;
    }
  }
  return room.first(n_found);
}

TokenId most_likely(std::span<const float> logits) {
  Likely best;
  most_likely(logits, {&best, 1});
  return best.token;
}

}  // namespace transformer
