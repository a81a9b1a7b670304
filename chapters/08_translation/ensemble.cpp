#include "chapters/08_translation/ensemble.hpp"

#include <algorithm>

namespace transformer {

bool share_tokens(const TrainedModel& a, const TrainedModel& b) {
  return a.vocabulary.digest() == b.vocabulary.digest() &&
         a.tokenizer.splitting() == b.tokenizer.splitting() &&
         a.tokenizer.model() == b.tokenizer.model();
}

std::vector<const Transformer*> Ensemble::models() const {
  std::vector<const Transformer*> models;
  for (const TrainedModel* member : members_) models.push_back(&member->model);
  return models;
}

Index Ensemble::most_tokens() const {
  Index least = first().model.config().most_tokens();
  for (const TrainedModel* member : members_) {
    least = std::min(least, member->model.config().most_tokens());
  }
  return least;
}

}  // namespace transformer
