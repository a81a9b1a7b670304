// Spot the bug: alone every word comes out right, in a batch it does not.
//
// `exercise_greedy` writes several words at the same time, always with the likeliest next token.
// Who has finished leaves the batch, so that no work is done for it. For one word, or for words
// that end together, the version in batch_of_three.cpp is right. That a result depends on what else
// is in the batch was reported of OpenNMT-py (issues 1909 and 2208) and of CTranslate2 (issue
// 1079).
#pragma once

#include <vector>

#include "src/base/index.hpp"

namespace transformer {

using Tokens = std::vector<TokenId>;

/// A model that writes several sentences at once, each in a row of its own.
class Writer {
 public:
  virtual ~Writer() = default;
  /// Appends tokens[r] to row r, and gives the likeliest next token of each row.
  virtual Tokens append(const Tokens& tokens) = 0;
  /// Row i becomes what row rows[i] was, with all that was written in it. The others are forgotten.
  virtual void keep(const std::vector<size_t>& rows) = 0;
};

/// What each of n sentences becomes, without its marks, with at most `most` tokens each. At first
/// row s writes sentence s.
std::vector<Tokens> exercise_greedy(Writer& writer, size_t n, TokenId begin, TokenId end,
                                    size_t most);

}  // namespace transformer
