// Trained models that translate together.
#pragma once

#include <utility>
#include <vector>

#include "chapters/08_translation/trained_model.hpp"

namespace transformer {

/// Whether two models make the same tokens of a text, so that they can translate together.
bool share_tokens(const TrainedModel& a, const TrainedModel& b);

/// One model or more, of which all share their tokens.
class Ensemble {
 public:
  Ensemble(const TrainedModel& only) : members_{&only} {}
  explicit Ensemble(std::vector<const TrainedModel*> members) : members_(std::move(members)) {}

  /// The one whose tokens are those of all, and by whose training a sentence is called long.
  const TrainedModel& first() const { return *members_.front(); }
  std::vector<const Transformer*> models() const;
  /// Tokens of a source that all have positions for.
  Index most_tokens() const;

 private:
  std::vector<const TrainedModel*> members_;
};

}  // namespace transformer
