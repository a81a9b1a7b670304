#include "chapters/08_translation/ensemble.hpp"

#include <algorithm>
#include <cmath>

#include "src/kernels/kernels.hpp"

namespace transformer {

Tape& EnsembleTapes::of(size_t m) {
  while (tapes_.size() <= m) tapes_.push_back(std::make_unique<Tape>(threads_));
  return *tapes_[m];
}

EnsembleTranslations::EnsembleTranslations(std::span<const Transformer* const> models,
                                           EnsembleTapes& tapes, const PackedSentences& source,
                                           Index most_rows_per_sentence)
    : threads_(tapes.threads()) {
  members_.reserve(models.size());
  for (size_t m = 0; m < models.size(); ++m) {
    members_.emplace_back(*models[m], tapes.of(m), source, most_rows_per_sentence);
  }
}

//! [append]
ConstMatrixView EnsembleTranslations::append(std::span<const TokenId> tokens) {
  ConstMatrixView logits = members_.front().append(tokens);
  if (members_.size() == 1) return logits;
  const auto n = static_cast<size_t>(logits.n_rows * logits.n_columns);
  probabilities_.resize(n), sums_.resize(n);
  const MatrixView p(probabilities_.data(), logits.n_rows, logits.n_columns);
  const MatrixView sum(sums_.data(), logits.n_rows, logits.n_columns);
  softmax_forward(logits, 1.0f, Mask::none, sum, threads_);
  for (size_t m = 1; m < members_.size(); ++m) {
    softmax_forward(members_[m].append(tokens), 1.0f, Mask::none, p, threads_);
    add_to(p, sum, threads_);
  }
  const auto n_models = static_cast<float>(members_.size());
  threads_.parallel_for(sum.n_rows, [&](Index i) {
    const std::span row(sum.row(i), static_cast<size_t>(sum.n_columns));
    for (float& each : row) each = std::log(each / n_models);
  });
  return sum;
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
