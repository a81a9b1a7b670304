// Sentences stacked row under row: what one training step, or one translation, works on.
#pragma once

#include <algorithm>
#include <span>
#include <vector>

#include "src/base/index.hpp"
#include "src/tensor/view.hpp"

namespace transformer {

/// Token ids of several sentences, one after the other without padding, and where each begins.
struct PackedSentences {
  std::vector<TokenId> tokens;       // (n_tokens)
  std::vector<Index> offsets = {0};  // (n_sentences + 1)

  Segments segments() const { return {offsets}; }
  Index n_tokens() const { return static_cast<Index>(tokens.size()); }
  Index n_sentences() const { return static_cast<Index>(offsets.size()) - 1; }
  std::span<const TokenId> sentence(Index s) const {
    return std::span(tokens).subspan(static_cast<size_t>(offsets[static_cast<size_t>(s)]),
                                     static_cast<size_t>(segments().length(s)));
  }

  /// Forgets the sentences and keeps the memory.
  void clear() {
    tokens.clear();
    offsets.resize(1);
  }
  /// Memory for so many.
  void reserve(Index n_most_tokens, Index n_most_sentences) {
    tokens.reserve(static_cast<size_t>(n_most_tokens));
    offsets.reserve(static_cast<size_t>(n_most_sentences) + 1);
  }
  /// Appends a token, or some, to the sentence that is being built; `end_sentence` closes it.
  void push(TokenId token) { tokens.push_back(token); }
  void push(std::span<const TokenId> some) {
    tokens.insert(tokens.end(), some.begin(), some.end());
  }
  void end_sentence() { offsets.push_back(n_tokens()); }
  /// Appends all sentences once more.
  void repeat() {
    const Index n_before = n_tokens(), n = n_sentences();
    tokens.resize(2 * tokens.size());
    std::copy_n(tokens.begin(), n_before, tokens.begin() + n_before);
    for (Index s = 1; s <= n; ++s) offsets.push_back(n_before + offsets[static_cast<size_t>(s)]);
  }
};

}  // namespace transformer
