// The growing translations of a decoder that looks at its source: a state each, and the memory that
// all states of a source share.
#pragma once

#include "chapters/06_decoder/greedy.hpp"
#include "chapters/09_recurrent_networks/carried_states.hpp"
#include "chapters/10_additive_attention/attentive_translator.hpp"

namespace transformer {

/// For the searches of chapters 06 and 08.
class GrowingAttentive : public GrowingSequences {
 public:
  /// Encodes `source`, which must outlive it, starts one empty translation of each sentence, and
  /// makes room for `most_rows_per_sentence` of them. Uses the tape's arena until the tape begins
  /// anew.
  GrowingAttentive(const AttentiveTranslator& model, Tape& tape, const PackedSentences& source,
                   Index most_rows_per_sentence = 1);

  /// Throws Error (internal) where there is not one token for each row.
  ConstMatrixView append(std::span<const TokenId> tokens) override;
  void continue_from(std::span<const Index> parents) override { states_.continue_from(parents); }
  Segments rows() const override { return states_.rows(); }
  /// 50 tokens more than the source has (section 6.1 of the paper).
  Index limit(Index s) const override { return source_.length(s) + 50; }

 private:
  const AttentiveTranslator& model_;
  Tape& tape_;
  Segments source_;
  CarriedStates states_;
  ConstMatrixView memory_, keys_;  // (n_source_tokens, 2 d_model) and (the same, d_model)
  Index mark_ = 0;                 // of the arena, before a step's own variables
};

/// Translates every sentence of `source` (each ends with marks.end).
std::vector<Translation> greedy_decode(const AttentiveTranslator& model, Tape& tape,
                                       const PackedSentences& source, SentenceMarks marks = {});

}  // namespace transformer
