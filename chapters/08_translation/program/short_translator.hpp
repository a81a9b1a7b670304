// A translator of short sentences that is trained while a reader waits a few seconds.
#pragma once

#include "chapters/07_training_loop/trainer.hpp"
#include "chapters/08_translation/trained_model.hpp"
#include "src/base/function_ref.hpp"
#include "src/data/parallel_corpus.hpp"

namespace transformer {

/// The pairs with at most `most_words` words on the source side.
ParallelText short_pairs(const ParallelText& text, Index most_words);
/// The toy's held-out pairs.
ParallelText held_out_text();

/// A line, or its first n words where it has more; `(nothing)` where it has none.
std::string first_words(const std::string& line, size_t n);

/// A small model that has learned the short pairs of the toy corpus.
struct ShortTranslator {
  static constexpr Index most_words = 5;
  static constexpr float epsilon_ls = 0.1f;

  /// Trains it, with progress on standard error. After each step `look` sees what it has become.
  ShortTranslator(std::uint64_t seed, std::int64_t n_steps,
                  FunctionRef<void(const TrainedModel&, const StepReport&)> look);

  TrainedModel trained;
  Index n_pairs = 0;
};

/// The held-out pairs that are as short as its own, as lines.
struct ShortHeldOut {
  std::vector<std::string> sources, references;
  ShortHeldOut();
};

}  // namespace transformer
