// Write: greedy decoding.
//
// You have a model: a function that takes all tokens written so far, the beginning mark first, and
// gives a logit for each token of the vocabulary. Write with it, always the most likely token next,
// until the model says the end mark or `limit` tokens are written.
#pragma once

#include <functional>
#include <vector>

#include "src/base/index.hpp"

namespace transformer {

/// The logits of what may follow, one for each token of the vocabulary.
using NextLogits = std::function<std::vector<float>(const std::vector<TokenId>& written)>;

/// What the model writes: at most `limit` tokens, without the marks.
std::vector<TokenId> exercise_greedy(const NextLogits& logits_after, size_t limit, TokenId begin,
                                     TokenId end);

}  // namespace transformer
