// What the chapter's program shows of the first steps (first_steps.cpp), of the loss
// (loss_scenes.cpp), of the schedule and the optimizer (optimizer_scenes.cpp).
#pragma once

#include "src/book/scenes.hpp"

namespace transformer {

/// What a step takes in: three words for the encoder, for the decoder, and to be predicted.
void show_batch(const SceneRequest&);
/// One batch learned by heart, beside the loss of another.
void show_one_batch(const SceneRequest&);

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

/// Two parameters with gradients of very different size: plain descent at two rates, and Adam.
void show_two_slopes(const SceneRequest&);

/// Adam's first steps under a constant gradient, with and without its bias correction.
void show_bias_correction(const SceneRequest&);

}  // namespace transformer
