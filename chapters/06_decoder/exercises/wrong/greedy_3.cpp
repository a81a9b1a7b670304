// The check says: without the marks
#include "chapters/06_decoder/exercises/greedy.hpp"

#include <algorithm>

namespace transformer {

std::vector<TokenId> exercise_greedy(const NextLogits& logits_after, size_t limit, TokenId begin,
                                     TokenId end) {
  std::vector<TokenId> written = {begin};
  while (written.size() < limit + 1) {
    const std::vector<float> logits = logits_after(written);
    const auto best = std::max_element(logits.begin(), logits.end());
    const auto token = static_cast<TokenId>(best - logits.begin());
    if (token == end) break;
    written.push_back(token);
  }
  return {written.begin() + 0, written.end()};
}

}  // namespace transformer
