// Sentences stacked row under row: what one training step, or one translation, works on.
#pragma once

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
  /// Appends a token to the sentence that is being built; `end_sentence` closes it.
  void push(TokenId token) { tokens.push_back(token); }
  void end_sentence() { offsets.push_back(n_tokens()); }
};

/// One batch for teacher forcing (section 3.1: the outputs are shifted right by one position).
struct TranslationBatch {
  PackedSentences source;              // x_1 .. x_n </s>
  PackedSentences target_input;        // <s> y_1 .. y_m
  std::vector<TokenId> target_output;  // y_1 .. y_m </s>, in rows like target_input
};

}  // namespace transformer
