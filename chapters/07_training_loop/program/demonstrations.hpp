// What the chapter's program shows of loss_scenes.cpp, the loss, and of optimizer_scenes.cpp, the
// schedule and the optimiser.
#pragma once

#include "src/book/scenes.hpp"

namespace transformer {

/// A smoothed target; figure smoothed_target.
void show_label_smoothing(const SceneRequest&);
/// The loss against the confidence of a prediction; figure confidence.
void show_confidence(const SceneRequest&);
/// That no logit makes the loss infinite.
void show_no_infinity(const SceneRequest&);

/// The gradient of the loss by the logits: by the formula, by numeric differences, and as PyTorch
/// has it.
void show_loss_gradient(const SceneRequest&);

/// How far two predictions are apart, and the gradient of it.
void show_agreement(const SceneRequest&);

/// The learning rate of three models against the step; figure schedule.
void show_schedule(const SceneRequest&);

/// Adam's first steps under a constant gradient, with and without its bias correction.
void show_bias_correction(const SceneRequest&);

}  // namespace transformer
