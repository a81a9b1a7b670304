// Several models that translate together, an ensemble, as those of table 2 of the paper: the mean
// of their probabilities says what comes next.
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

/// Translations that models write together. The logits are the logarithms of the means of the
/// models' probabilities; those of a single model are its own.
class EnsembleTranslations : public GrowingSequences {
 public:
  /// As `GrowingTranslations`, for one or more models, all of one vocabulary.
  EnsembleTranslations(std::span<const Transformer* const> models, EnsembleTapes& tapes,
                       const PackedSentences& source, Index most_rows_per_sentence = 1);

  /// Throws Error (internal) as that of a single model, and where two vocabularies differ in size.
  ConstMatrixView append(std::span<const TokenId> tokens) override;
  void continue_from(std::span<const Index> parents) override;
  Segments rows() const override { return members_.front().rows(); }
  /// That of the model that has the fewest positions.
  Index limit(Index s) const override;

 private:
  Threads& threads_;
  std::vector<GrowingTranslations> members_;
  std::vector<float> probabilities_, sums_;  // (n_rows, n_vocabulary): of one model, of all so far
};

}  // namespace transformer
