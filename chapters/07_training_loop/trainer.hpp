// The training loop (section 5): forward, backward, update, and what makes it repeatable.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "chapters/07_training_loop/optimizer.hpp"
#include "src/autograd/tape.hpp"
#include "src/base/function_ref.hpp"

namespace transformer {

/// Makes what a step learns from on the tape that it is given: a loss (1, 1).
using LossFunction = FunctionRef<Variable(Tape&)>;
/// The same for one part of a step's batch, by its number.
using ShardLossFunction = FunctionRef<Variable(Tape&, Index shard)>;

struct StepReport {
  std::int64_t step = 0;  ///< Counts from 1.
  double loss = 0.0;
  UpdateReport update;
};

/// Trains the model that lives in a ParameterStore, whatever it is. Everything that a step draws at
/// random is keyed by (seed, step), so a step is a function of parameters, moments, step number and
/// loss alone: a run that stops and resumes gives the same bits.
class Trainer {
 public:
  Trainer(ParameterStore& store, Schedule schedule, Threads& threads, std::uint64_t seed = 1,
          const OptimizerConfig& config = {})
      : store_(store),
        optimizer_(store, config, std::move(schedule)),
        tape_(threads),
        seed_(seed) {}

  /// One step down the gradient of a loss. A gradient that is not finite changes nothing; after
  /// `most_bad_steps` of them in a row it throws Error (diverged).
  StepReport step(LossFunction loss);

  /// The same for a batch in parts, where the loss is the sum of shares[i] * loss(tape, i). Each
  /// part's gradient is worked out alone and then added, in the order of the parts: so the bits do
  /// not depend on where a part was worked out.
  StepReport step(std::span<const double> shares, ShardLossFunction loss);

  /// A loss without dropout and without gradients.
  double evaluate(LossFunction loss);

  std::int64_t n_steps() const { return n_steps_; }
  /// For resuming: the next step is number n + 1.
  void set_n_steps(std::int64_t n) { n_steps_ = n; }

  Tape& tape() { return tape_; }

  static constexpr int most_bad_steps = 10;

 private:
  void add_gradients(bool is_first, bool is_last);
  void require_progress(const StepReport& report);

  ParameterStore& store_;
  Optimizer optimizer_;
  Tape tape_;
  std::uint64_t seed_;
  std::int64_t n_steps_ = 0;
  int n_bad_steps_ = 0;
  std::vector<float> gradient_sum_;  // of several parts
};

}  // namespace transformer
