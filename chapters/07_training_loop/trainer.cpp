#include "chapters/07_training_loop/trainer.hpp"

#include "chapters/07_training_loop/loss.hpp"
#include "src/base/error.hpp"

namespace transformer {

Variable Trainer::loss(const TranslationBatch& batch, float epsilon_ls) {
  const Variable memory = model_.encode(tape_, batch.source);
  const Variable y = model_.decode(batch.target_input, memory, batch.source.segments());
  return projected_cross_entropy(y, model_.embedding().table(), batch.target_output, epsilon_ls);
}

//! [step]
StepReport Trainer::step(const TranslationBatch& batch) {
  StepReport report;
  report.step = ++n_steps_;
  report.n_tokens = static_cast<Index>(batch.target_output.size());

  // Forward, and backward.
  tape_.begin(Mode::training, config_.seed, static_cast<std::uint32_t>(report.step));
  store_.forget_gradients();
  const Variable mean_loss = loss(batch, config_.epsilon_ls);
  report.loss = mean_loss.value()(0, 0);
  tape_.backward(mean_loss);

  // Update, unless the gradient is not finite: one bad batch must not spoil the run.
  report.update = optimizer_.update(report.step, tape_.threads());
  n_bad_steps_ = report.update.applied ? 0 : n_bad_steps_ + 1;
  if (n_bad_steps_ == most_bad_steps) {
    fail(ExitCode::diverged,
         "training diverged: the gradient was not finite in the last {} steps, up to step {}; "
         "train anew with a smaller --learning-rate-scale",
         most_bad_steps, report.step);
  }
  return report;
}
//! [step]

double Trainer::evaluate(const TranslationBatch& batch) {
  tape_.begin(Mode::inference);
  return loss(batch, 0.0f).value()(0, 0);
}

}  // namespace transformer
