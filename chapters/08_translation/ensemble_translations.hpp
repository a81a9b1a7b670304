// Translations that several models write together: at each place the mean of their probabilities
// decides. (Table 2 of the paper compares with three such ensembles.)
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "chapters/06_decoder/growing_translations.hpp"

namespace transformer {

/// A tape for each model of an ensemble: each keeps keys and values of its own.
class EnsembleTapes {
 public:
  explicit EnsembleTapes(Threads& threads) : threads_(threads) {}

  Threads& threads() const { return threads_; }
  /// That of model m; made when it is first asked for.
  Tape& of(size_t m);

 private:
  Threads& threads_;
  std::vector<std::unique_ptr<Tape>> tapes_;
};

/// The growing translations of several sentences by one model or more, all of one vocabulary.
class EnsembleTranslations : public GrowingSequences {
 public:
  /// As `GrowingTranslations`, with a tape for each model.
  EnsembleTranslations(std::span<const Transformer* const> models, EnsembleTapes& tapes,
                       const PackedSentences& source, Index most_rows_per_sentence = 1);

  /// The logits of a single model are its own; those of several are the logarithms of the sums of
  /// their probabilities. Throws Error (internal) as that of a single model, and where two
  /// vocabularies differ in size.
  ConstMatrixView append(std::span<const TokenId> tokens) override;
  void continue_from(std::span<const Index> parents) override;
  Segments rows() const override { return members_.front().rows(); }
  /// That of the model with the fewest positions.
  Index limit(Index s) const override;

 private:
  EnsembleTapes& tapes_;
  std::vector<GrowingTranslations> members_;
  std::vector<ConstMatrixView> logits_;  // of each, (n_rows, n_vocabulary)
};

}  // namespace transformer
