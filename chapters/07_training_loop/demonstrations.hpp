// What the chapter's program shows of loss, schedule and optimiser.
#pragma once

#include <filesystem>

namespace transformer {

/// Prints a smoothed target, the loss against the confidence of a prediction, and that no logit
/// makes it infinite; draws smoothed_target.svg and confidence.svg.
void show_label_smoothing(const std::filesystem::path& figures);

/// Prints the gradient of the loss by the logits: by the formula, by numeric differences, and as
/// PyTorch has it.
void show_loss_gradient();

/// Prints the learning rate of three models against the step, and draws it: schedule.svg.
void show_schedule(const std::filesystem::path& figures);

/// Prints Adam's first steps under a constant gradient, with and without its bias correction.
void show_bias_correction();

}  // namespace transformer
