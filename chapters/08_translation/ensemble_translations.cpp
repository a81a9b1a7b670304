#include "chapters/08_translation/ensemble_translations.hpp"

#include <algorithm>

#include "src/kernels/kernels.hpp"

namespace transformer {

Tape& EnsembleTapes::of(size_t m) {
  while (tapes_.size() <= m) tapes_.push_back(std::make_unique<Tape>(threads_));
  return *tapes_[m];
}

EnsembleTranslations::EnsembleTranslations(std::span<const Transformer* const> models,
                                           EnsembleTapes& tapes, const PackedSentences& source,
                                           Index most_rows_per_sentence)
    : tapes_(tapes) {
  members_.reserve(models.size());
  logits_.reserve(models.size());
  for (size_t m = 0; m < models.size(); ++m) {
    members_.emplace_back(*models[m], tapes.of(m), source, most_rows_per_sentence);
  }
}

//! [append]
ConstMatrixView EnsembleTranslations::append(std::span<const TokenId> tokens) {
  logits_.clear();
  for (GrowingTranslations& member : members_) logits_.push_back(member.append(tokens));
  if (logits_.size() == 1) return logits_.front();

  // The first tape's memory stays until its model is asked again.
  const Shape shape = logits_.front().shape();
  const MatrixView sums = tapes_.of(0).scratch(shape);
  const MatrixView of_one = tapes_.of(0).scratch({tapes_.threads().count(), shape.n_columns});
  tapes_.threads().parallel_for(shape.n_rows, [&](Index i, int worker) {
    const MatrixView sum = sums.rows(i, i + 1), p = of_one.rows(worker, worker + 1);
    softmax_forward(logits_.front().rows(i, i + 1), 1.0f, Mask::none, sum);
    for (size_t m = 1; m < logits_.size(); ++m) {
      softmax_forward(logits_[m].rows(i, i + 1), 1.0f, Mask::none, p);
      add_to(p, sum);
    }
    map_forward(map_id<Log>, sum, sum);
  });
  return sums;
}
//! [append]

void EnsembleTranslations::continue_from(std::span<const Index> parents) {
  for (GrowingTranslations& member : members_) member.continue_from(parents);
}

Index EnsembleTranslations::limit(Index s) const {
  Index least = members_.front().limit(s);
  for (const GrowingTranslations& member : members_) least = std::min(least, member.limit(s));
  return least;
}

}  // namespace transformer
