// The largest logits of a row: the few that exceed what was found before them.
#include "src/kernels/kernels.hpp"
#include "src/kernels/table.hpp"

namespace transformer {

std::span<Likely> most_likely(std::span<const float> logits, std::span<Likely> room, float above) {
  if (room.empty()) return room;
  const auto next_above = [&, &rows = kernel::active_kernels().rows](size_t first) {
    const auto rest = logits.subspan(first);
    return first + static_cast<size_t>(rows.first_above(rest.data(), std::ssize(rest), above));
  };
  size_t n_found = 0;
  for (size_t i = next_above(0); i < logits.size(); i = next_above(i + 1)) {
    // The smaller ones move back by one; the last one leaves where there is no room.
    size_t place = n_found < room.size() ? n_found++ : n_found - 1;
    for (; place > 0 && room[place - 1].logit < logits[i]; --place) room[place] = room[place - 1];
    room[place] = {static_cast<TokenId>(i), logits[i]};
    if (n_found == room.size()) above = room.back().logit;
  }
  return room.first(n_found);
}

TokenId most_likely(std::span<const float> logits) {
  Likely best;
  most_likely(logits, {&best, 1});
  return best.token;
}

}  // namespace transformer
