#include "chapters/07_training_loop/optimizer.hpp"

#include <algorithm>
#include <cmath>

#include "src/kernels/kernels.hpp"

namespace transformer {

//! [schedule]
double paper_learning_rate(std::int64_t step, Index d_model, std::int64_t warmup_steps) {
  const auto s = static_cast<double>(step), w = static_cast<double>(warmup_steps);
  return std::min(1.0 / std::sqrt(s), s / (w * std::sqrt(w))) /
         std::sqrt(static_cast<double>(d_model));
}
//! [schedule]

Schedule paper_schedule(Index d_model, std::int64_t warmup_steps, float scale) {
  return [=](std::int64_t step) {
    return static_cast<double>(scale) * paper_learning_rate(step, d_model, warmup_steps);
  };
}

Schedule inverse_sqrt_schedule(double peak, std::int64_t warmup_steps) {
  return [=](std::int64_t step) {
    const double done = static_cast<double>(step) / static_cast<double>(warmup_steps);
    return peak * std::min(done, 1.0 / std::sqrt(done));
  };
}

Schedule with_cool_down(Schedule schedule, std::int64_t n_steps, std::int64_t n_last) {
  if (n_last == 0) return schedule;
  return [=, schedule = std::move(schedule)](std::int64_t step) {
    const double share = static_cast<double>(n_steps + 1 - step) / static_cast<double>(n_last);
    return schedule(step) * std::clamp(share, 0.0, 1.0);
  };
}

UpdateReport Optimizer::update(std::int64_t step, Threads& threads) {
  store_.complete_gradients();
  UpdateReport report;
  report.learning_rate = schedule_(step);
  report.gradient_norm = std::sqrt(sum_of_squares(store_.gradients(), threads));
  report.applied = std::isfinite(report.gradient_norm);
  if (!report.applied) return report;

  AdamStep adam{.learning_rate = static_cast<float>(report.learning_rate),
                .beta_1 = config_.beta_1,
                .beta_2 = config_.beta_2,
                .epsilon = config_.epsilon,
                .step = step};
  if (config_.clip_norm > 0.0f && report.gradient_norm > config_.clip_norm) {
    adam.gradient_scale = static_cast<float>(config_.clip_norm / report.gradient_norm);
  }
  move_parameters(adam, threads);
  return report;
}

/// Neighbours that move alike are one loop: where all do, it is one over the whole block.
void Optimizer::move_parameters(const AdamStep& adam, Threads& threads) {
  const std::vector<Parameter>& parameters = store_.parameters();
  const auto decay_of = [&](const Parameter& parameter) {
    return config_.weight_decay ? config_.weight_decay(parameter) : 0.0f;
  };
  for (size_t first = 0, end = 0; first < parameters.size(); first = end) {
    const bool is_frozen = parameters[first].is_frozen();
    AdamStep run = adam;
    run.weight_decay = decay_of(parameters[first]);
    do {
      ++end;
    } while (end < parameters.size() && parameters[end].is_frozen() == is_frozen &&
             decay_of(parameters[end]) == run.weight_decay);
    if (is_frozen) continue;
    const ParameterStore::Blocks blocks = store_.blocks(first, end);
    adam_update(blocks.values, blocks.gradients, blocks.first_moments, blocks.second_moments, run,
                threads);
  }
}

}  // namespace transformer
