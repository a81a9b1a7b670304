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

//! [update]
UpdateReport Optimizer::update(std::int64_t step, Threads& threads) {
  store_.complete_gradients();
  UpdateReport report;
  report.learning_rate = static_cast<double>(config_.learning_rate_scale) *
                         paper_learning_rate(step, d_model_, config_.warmup_steps);
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
  adam_update(store_.values(), store_.gradients(), store_.first_moments(), store_.second_moments(),
              adam, threads);
  return report;
}
//! [update]

}  // namespace transformer
