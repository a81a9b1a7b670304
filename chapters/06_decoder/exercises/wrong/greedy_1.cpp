// The check says: the end mark is no part of the translation
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
    written.push_back(token);
    if (token == end) break;
  }
  return {written.begin() + 1, written.end()};
}

}  // namespace transformer
