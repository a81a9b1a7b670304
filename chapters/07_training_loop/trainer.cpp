#include "chapters/07_training_loop/trainer.hpp"

#include "src/base/error.hpp"

namespace transformer {

StepReport Trainer::step(LossFunction loss) {
  constexpr double whole[] = {1.0};
  return step(whole, [&](Tape& tape, Index) { return loss(tape); });
}

StepReport Trainer::step(std::span<const double> shares, ShardLossFunction loss) {
  StepReport report;
  report.step = ++n_steps_;
  const Index n_shards = std::ssize(shares);
  for (Index shard = 0; shard < n_shards; ++shard) {
    // Forward, and backward.
    const double share = shares[static_cast<size_t>(shard)];
    tape_.begin(Mode::training, seed_, static_cast<std::uint32_t>(report.step),
                static_cast<std::uint32_t>(shard));
    store_.forget_gradients();
    const Variable part = loss(tape_, shard);
    report.loss += share * double{part.value()(0, 0)};
    auto dpart = static_cast<float>(share);
    tape_.backward(part, {&dpart, 1, 1});
    if (n_shards > 1) add_gradients(shard == 0, shard + 1 == n_shards);
  }

  // Update, unless the gradient is not finite: one bad batch must not spoil the run.
  report.update = optimizer_.update(report.step, tape_.threads());
  require_progress(report);
  return report;
}

/// Adds a part's gradients to the sum; the last one leaves the sum in their place.
void Trainer::add_gradients(bool is_first, bool is_last) {
  store_.complete_gradients();
  const std::span<float> gradients = store_.gradients();
  const auto n = static_cast<Index>(gradients.size());
  gradient_sum_.resize(gradients.size());
  const MatrixView part(gradients.data(), 1, n), sum(gradient_sum_.data(), 1, n);
  copy_to(part, is_first ? Into(sum) : Into::adding_to(sum), tape_.threads());
  if (is_last) copy_to(sum, part, tape_.threads());
}

void Trainer::require_progress(const StepReport& report) {
  n_bad_steps_ = report.update.applied ? 0 : n_bad_steps_ + 1;
  if (n_bad_steps_ < most_bad_steps) return;
  fail_diverged("the gradient was not finite in the last {} steps, up to step {}", most_bad_steps,
                report.step);
}

double Trainer::evaluate(LossFunction loss) {
  tape_.begin(Mode::inference);
  return loss(tape_).value()(0, 0);
}

}  // namespace transformer
