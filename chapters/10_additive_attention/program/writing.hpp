// A translator of words with attention, and its training: chapter 09's Writer for this chapter's
// models.
#pragma once

#include <string>

#include "chapters/07_training_loop/trainer.hpp"
#include "chapters/09_recurrent_networks/program/tasks.hpp"
#include "chapters/10_additive_attention/growing_attentive.hpp"

namespace transformer {

class AttentiveWriter {
 public:
  explicit AttentiveWriter(const AttentiveConfig& config, std::uint64_t seed = 1);

  /// Every look takes the mean from now on, and that is never unlearned: of an additive score.
  void look_everywhere();
  /// One training step.
  void step(const TranslationBatch& batch);
  /// What it writes for each source, greedily.
  std::vector<std::string> write(const PackedSentences& source);

  ParameterStore& store() { return store_; }
  const AttentiveTranslator& model() const { return model_; }
  Tape& tape() { return trainer_.tape(); }

 private:
  ParameterStore store_;
  AttentiveTranslator model_;
  Trainer trainer_;
};

}  // namespace transformer
