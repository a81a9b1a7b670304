// How the parameters move: Adam and the warm-up schedule (section 5.3), and gradient clipping.
#pragma once

#include <functional>

#include "src/autograd/parameter_store.hpp"
#include "src/kernels/kernels.hpp"
#include "src/system/threads.hpp"

namespace transformer {

/// The learning rate of a step; steps count from 1.
using Schedule = std::function<double(std::int64_t step)>;

/// lrate = d_model^-0.5 * min(step^-0.5, step * warmup_steps^-1.5) (equation 3): rises for
/// warmup_steps, then falls.
double paper_learning_rate(std::int64_t step, Index d_model, std::int64_t warmup_steps);
/// The same, times `scale`, as a schedule.
Schedule paper_schedule(Index d_model, std::int64_t warmup_steps, float scale = 1.0f);

/// The same shape by its highest rate: rises in a straight line to `peak` in warmup_steps, then
/// falls with the square root of the step, as fairseq's inverse_sqrt does.
Schedule inverse_sqrt_schedule(double peak, std::int64_t warmup_steps);

/// `schedule`, but over the last n_last of n_steps steps times (n_steps + 1 - step) / n_last: from
/// 1 down to nearly 0 (Hägele et al. 2024). With n_last = 0, `schedule` as it is.
Schedule with_cool_down(Schedule schedule, std::int64_t n_steps, std::int64_t n_last);

struct OptimizerConfig {
  float beta_1 = 0.9f;
  float beta_2 = 0.98f;
  float epsilon = 1e-9f;
  float clip_norm = 0.0f;  ///< Scales all gradients down where their norm is larger; 0: never.
  /// The share of a parameter that each step takes away for each unit of the learning rate (AdamW,
  /// Loshchilov and Hutter 2019); without it none. So norms and biases may be left alone.
  std::function<float(const Parameter&)> weight_decay = nullptr;
};

/// What one update did.
struct UpdateReport {
  double learning_rate = 0.0;
  double gradient_norm = 0.0;  ///< Before clipping.
  bool applied = false;        ///< False where the gradient was not finite: nothing changed.
};

/// Adam (Kingma and Ba 2015) over all parameters that want a gradient.
class Optimizer {
 public:
  Optimizer(ParameterStore& store, const OptimizerConfig& config, Schedule schedule)
      : store_(store), config_(config), schedule_(std::move(schedule)) {}

  /// One update from the gradients that the backward pass left in the store. It is number `step`,
  /// counting from 1.
  UpdateReport update(std::int64_t step, Threads& threads);

 private:
  void move_parameters(const AdamStep& adam, Threads& threads);

  ParameterStore& store_;
  OptimizerConfig config_;
  Schedule schedule_;
};

}  // namespace transformer
