// Sequences that are written token by token: what a search knows of them, and the decoder's.
#pragma once

#include <utility>
#include <vector>

#include "chapters/06_decoder/transformer.hpp"

namespace transformer {

/// At most so many tokens for a source of n_source tokens: 50 more than it has (section 6.1),
/// within what the model has positions for.
Index length_limit(const ModelConfig& config, Index n_source);

/// Sequences that a model writes token by token, whatever the model is: what a search has to know
/// of it. Each sequence begins as one row and may become several; all rows are equally long.
class GrowingSequences {
 public:
  virtual ~GrowingSequences() = default;

  /// Appends tokens[r] to row r and gives the logits of what may follow, (n_rows, n_vocabulary),
  /// which are valid until the next call.
  virtual ConstMatrixView append(std::span<const TokenId> tokens) = 0;
  /// Row i becomes what row parents[i] was; others are forgotten: finished sequences leave, and
  /// hypotheses of a beam branch. The rows of one sequence stay together, in the sequences' order.
  virtual void continue_from(std::span<const Index> parents) = 0;
  /// Which rows belong to sequence s; none once it is finished.
  virtual Segments rows() const = 0;
  /// The most tokens that sequence s may get.
  virtual Index limit(Index s) const = 0;

  Index n_rows() const { return rows().n_rows(); }
};

/// Which rows belong to which of the sequences that grow together: at first one each.
class SequenceRows {
 public:
  explicit SequenceRows(Index n_sequences, Index most_rows_per_sequence);

  Segments segments() const { return {offsets_}; }
  Index most_rows() const { return segments().count() * most_rows_per_sequence_; }
  /// Throws Error (internal) where there is not one token for each row.
  void require_one_each(Index n_tokens) const;
  /// Row i goes on from row parents[i]. Throws Error (internal) where the rows of a sequence do not
  /// stay together, where a parent is no row, or where a sequence has more rows than there is room
  /// for.
  void continue_from(std::span<const Index> parents);

 private:
  void require_parents(std::span<const Index> parents) const;

  Index most_rows_per_sequence_;
  std::vector<Index> offsets_;
};

/// The growing translations of several sentences, with the keys and values of what was written so
/// far.
class GrowingTranslations : public GrowingSequences {
 public:
  /// Encodes `source`, which must outlive it, starts one empty translation of each sentence, and
  /// makes room for `most_rows_per_sentence` of them, at first of about as many tokens as the
  /// longest source. Uses the tape's arena until the tape begins anew.
  GrowingTranslations(const Transformer& model, Tape& tape, const PackedSentences& source,
                      Index most_rows_per_sentence = 1);

  /// Throws Error (internal) where there is no room for one more token, or not one token for each
  /// row.
  ConstMatrixView append(std::span<const TokenId> tokens) override;
  void continue_from(std::span<const Index> parents) override;
  Segments rows() const override { return rows_.segments(); }
  Index limit(Index s) const override { return length_limit(model_.config(), source_.length(s)); }

 private:
  void require_room() const;
  void choose_places(std::span<const Index> parents);
  /// Makes the caches anew, with more positions, and keeps what is in them.
  void make_room(Index n_positions);

  const Transformer& model_;
  Tape& tape_;
  Segments source_;
  SequenceRows rows_;
  Index most_positions_ = 0;  // that a translation may get
  Index n_positions_ = 0;     // that there is room for
  Index position_ = 0;
  std::vector<LayerCache> caches_;
  // A row's keys and values stay where they are when other rows leave; when it branches, its first
  // child takes its place, and the others get copies in places that are free.
  std::vector<Index> places_, next_places_;      // (n_rows), in the caches
  std::vector<bool> is_taken_;                   // (most_rows)
  std::vector<std::pair<Index, Index>> copies_;  // from one place to another
  Index mark_ = 0;                               // of the arena, before a step's own variables
};

}  // namespace transformer
