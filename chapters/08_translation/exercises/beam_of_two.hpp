// Write: a beam search.
//
// A language of a few tokens says, for each beginning, how likely each next token is. Find a likely
// sentence with a beam of k hypotheses: at each step continue every hypothesis with every token,
// and keep the k best continuations of all. One that ends with the end mark is finished: it leaves
// the beam, and others take its place. Stop when the best finished sentence is at least as likely
// as every hypothesis that is still growing, or when all have `most` tokens. There is no length
// penalty here. With k = 1 it is greedy decoding.
#pragma once

#include <functional>
#include <vector>

#include "src/base/index.hpp"

namespace transformer {

using Tokens = std::vector<TokenId>;
/// log p of each next token after a beginning, by the tokens' numbers.
using Language = std::function<std::vector<double>(const Tokens&)>;

/// The tokens of the most likely sentence that was found, its end mark included; empty where none
/// has ended within `most` tokens.
Tokens exercise_beam_search(const Language& next_log_p, size_t k, TokenId end, size_t most);

}  // namespace transformer
