#include "chapters/08_translation/translator/best_validation.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "chapters/08_translation/trained_model.hpp"
#include "src/run/output.hpp"

namespace transformer {

void BestValidation::resume(const Checkpoint& checkpoint) {
  if (!checkpoint.has(entry::best_bleu)) return;
  const auto bleu = checkpoint.number<double>(entry::best_bleu, 0, 100);
  if (checkpoint.has(entry::validation_digest)) {
    const std::string& digest = checkpoint.text(entry::validation_digest);
    if (text_digest_.empty()) text_digest_ = digest;
    if (digest != text_digest_) {
      warn("another validation text than before: the best BLEU on that, {:.2f}, counts no more",
           bleu);
      return;
    }
  }
  constexpr double most = std::numeric_limits<double>::max();
  // Older checkpoints say no loss: no other is better than 0.
  const bool says_loss = checkpoint.has(entry::best_loss);
  best_ = {bleu, says_loss ? checkpoint.number<double>(entry::best_loss, 0, most) : 0.0};
  n_worse_ = n_idle_ = checkpoint.integer(entry::validations_since);
  least_loss_ = best_->loss;
  if (!checkpoint.has(entry::least_loss)) return;
  least_loss_ = checkpoint.number<double>(entry::least_loss, 0, most);
  n_idle_ = checkpoint.integer(entry::idle_validations);
}

bool BestValidation::note(const ValidationResult& found) {
  const bool is_best = !best_ || found.is_better_than(*best_);
  const bool is_better = is_best || found.loss < least_loss_;
  n_worse_ = is_best ? 0 : n_worse_ + 1;
  n_idle_ = is_better ? 0 : n_idle_ + 1;
  if (is_best) best_ = found;
  least_loss_ = std::min(least_loss_, found.loss);
  return is_best;
}

Metadata BestValidation::metadata() const {
  if (!best_) return {};
  return {{entry::best_bleu, fmt::to_string(best_->bleu)},
          {entry::best_loss, fmt::to_string(best_->loss)},
          {entry::validations_since, fmt::to_string(n_worse_)},
          {entry::least_loss, fmt::to_string(least_loss_)},
          {entry::idle_validations, fmt::to_string(n_idle_)},
          {entry::validation_digest, text_digest_}};
}

}  // namespace transformer
