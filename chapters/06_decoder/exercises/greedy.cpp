#include "chapters/06_decoder/exercises/greedy.hpp"

#include <algorithm>

namespace transformer {

std::vector<TokenId> exercise_greedy(const NextLogits& logits_after, size_t limit, TokenId begin,
                                     TokenId end) {
  std::vector<TokenId> written = {begin};
  const std::vector<float> logits = logits_after(written);
  // Which token, and how does it go on?
  return {};
}

}  // namespace transformer
