// How the parameters move: Adam and the warm-up schedule (section 5.3), and gradient clipping.
#pragma once

#include "src/autograd/parameter_store.hpp"
#include "src/system/threads.hpp"

namespace transformer {

/// lrate = d_model^-0.5 * min(step^-0.5, step * warmup_steps^-1.5) (equation 3): rises for
/// warmup_steps, then falls. Steps count from 1.
double paper_learning_rate(std::int64_t step, Index d_model, std::int64_t warmup_steps);

struct OptimizerConfig {
  float beta_1 = 0.9f;
  float beta_2 = 0.98f;
  float epsilon = 1e-9f;
  std::int64_t warmup_steps = 4000;
  float learning_rate_scale = 1.0f;  ///< Multiplies the paper's rate.
  float clip_norm = 0.0f;  ///< Scales all gradients down where their norm is larger; 0: never.
};

/// What one update did.
struct UpdateReport {
  double learning_rate = 0.0;
  double gradient_norm = 0.0;  ///< Before clipping.
  bool applied = false;        ///< False where the gradient was not finite: nothing changed.
};

/// Adam (Kingma and Ba 2015) over all parameters.
class Optimizer {
 public:
  Optimizer(ParameterStore& store, const OptimizerConfig& config, Index d_model)
      : store_(store), config_(config), d_model_(d_model) {}

  /// One update from the gradients that the backward pass left in the store. It is number `step`,
  /// counting from 1.
  UpdateReport update(std::int64_t step, Threads& threads);

 private:
  ParameterStore& store_;
  OptimizerConfig config_;
  Index d_model_;
};

}  // namespace transformer
