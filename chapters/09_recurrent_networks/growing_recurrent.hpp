// The growing translations of a recurrent decoder: all that it keeps of what it wrote is a state.
#pragma once

#include "chapters/06_decoder/greedy.hpp"
#include "chapters/09_recurrent_networks/carried_states.hpp"
#include "chapters/09_recurrent_networks/sequence_to_sequence.hpp"

namespace transformer {

/// For the searches of chapters 06 and 08. A token costs the same, however many were written.
class GrowingRecurrent : public GrowingSequences {
 public:
  /// Encodes `source`, starts one empty translation of each sentence, and makes room for
  /// `most_rows_per_sentence` of them. Uses the tape's arena until the tape begins anew.
  GrowingRecurrent(const SequenceToSequence& model, Tape& tape, const PackedSentences& source,
                   Index most_rows_per_sentence = 1);

  /// Throws Error (internal) where there is not one token for each row.
  ConstMatrixView append(std::span<const TokenId> tokens) override;
  void continue_from(std::span<const Index> parents) override { states_.continue_from(parents); }
  Segments rows() const override { return states_.rows(); }
  /// 50 tokens more than the source has (section 6.1 of the paper).
  Index limit(Index s) const override { return n_source_[static_cast<size_t>(s)] + 50; }

 private:
  const SequenceToSequence& model_;
  Tape& tape_;
  CarriedStates states_;
  std::vector<Index> n_source_;     // (n_sentences)
  std::vector<Index> one_each_;     // (most_rows + 1): a step of one token each, as sentences
  std::vector<TokenId> sentences_;  // (n_rows): which sentence each row translates
  ConstMatrixView context_;         // (n_sentences, d_context)
  Index mark_ = 0;                  // of the arena, before a step's own variables
};

/// Translates every sentence of `source` (each ends with marks.end).
std::vector<Translation> greedy_decode(const SequenceToSequence& model, Tape& tape,
                                       const PackedSentences& source, SentenceMarks marks = {});

}  // namespace transformer
