// The training loop (section 5): forward, backward, update, and what makes it repeatable.
#pragma once

#include <cstdint>

#include "chapters/06_decoder/transformer.hpp"
#include "chapters/07_training_loop/optimizer.hpp"
#include "src/text/packed_batch.hpp"

namespace transformer {

struct TrainingConfig {
  std::uint64_t seed = 1;
  float epsilon_ls = 0.1f;  ///< Label smoothing, section 5.4.
  OptimizerConfig optimizer;
};

struct StepReport {
  std::int64_t step = 0;  ///< Counts from 1.
  double loss = 0.0;      ///< Mean over the target tokens, smoothed.
  Index n_tokens = 0;     ///< Target tokens, the end marks among them.
  UpdateReport update;
};

/// Trains a model that lives in a ParameterStore. Everything that a step draws at random is keyed
/// by (seed, step), so a step is a function of parameters, moments, step number and batch alone: a
/// run that stops and resumes gives the same bits.
class Trainer {
 public:
  Trainer(Transformer& model, ParameterStore& store, const TrainingConfig& config, Threads& threads)
      : model_(model),
        store_(store),
        config_(config),
        optimizer_(store, config.optimizer, model.config().d_model),
        tape_(threads) {}

  /// One step on one batch. A gradient that is not finite changes nothing; after `most_bad_steps`
  /// of them in a row it throws Error (diverged).
  StepReport step(const TranslationBatch& batch);

  /// The loss on a batch, unsmoothed and without dropout: a mean over its target tokens, in nats.
  double evaluate(const TranslationBatch& batch);

  std::int64_t n_steps() const { return n_steps_; }
  /// For resuming: the next step is number n + 1.
  void set_n_steps(std::int64_t n) { n_steps_ = n; }

  Tape& tape() { return tape_; }

  static constexpr int most_bad_steps = 10;

 private:
  Variable loss(const TranslationBatch& batch, float epsilon_ls);

  Transformer& model_;
  ParameterStore& store_;
  TrainingConfig config_;
  Optimizer optimizer_;
  Tape tape_;
  std::int64_t n_steps_ = 0;
  int n_bad_steps_ = 0;
};

}  // namespace transformer
