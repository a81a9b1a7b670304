// The text that a training learns from, and whether others fit it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "chapters/08_translation/evaluation.hpp"
#include "src/data/parallel_corpus.hpp"

namespace transformer {

/// The pairs of a training text, and how often each token stands on either side.
class LearnedText {
 public:
  LearnedText(const ParallelCorpus& training, Index n_vocabulary);

  /// Nothing, or that both sides are the same lines.
  std::vector<std::string> doubts() const;
  /// What speaks against a text, which `name` names, to judge the model by: pairs that are learned
  /// from, or sides that are exchanged.
  std::vector<std::string> doubts(const ParallelCorpus& text, std::string_view name) const;

 private:
  /// How much likelier the tokens of `sentences` are on the target's side than on the source's, in
  /// the mean: ln of the ratio of their frequencies.
  double likelier_as_target(const PackedSentences& sentences) const;

  std::unordered_set<std::uint64_t> pairs_;    // hashes
  std::vector<double> on_source_, on_target_;  // how often, of all tokens there
  bool is_copied_ = false;
};

/// Reads a text as a model with these sizes can learn from it: pairs with more tokens than it has
/// positions for are left out. Throws Error as `read_parallel_text` does.
ParallelText read_text_for(const ModelConfig& config, const Tokenizer& tokenizer,
                           const ParallelFiles& files);

/// The tokens of a held-out text, as those of a training text are made.
ParallelCorpus encode(const HeldOutText& text, const TrainedModel& trained);

}  // namespace transformer
