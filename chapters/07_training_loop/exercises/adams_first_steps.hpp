// Spot the bug: an Adam whose first steps have the wrong length.
//
// The version in adams_first_steps.cpp reaches the goal, too. But its first step is shorter than
// the learning rate, and some of the next ones are longer. BERT was trained with such an Adam:
// "mostly an oversight" (google-research/bert, issue 153).
#pragma once

#include <span>

#include "src/kernels/kernels.hpp"

namespace transformer {

/// One update of all parameters; all four spans have one length. `adam.step` counts from 1, and
/// `adam.gradient_scale` is 1.
void exercise_adam(std::span<float> values, std::span<const float> gradients,
                   std::span<float> first_moments, std::span<float> second_moments,
                   const AdamStep& adam);

}  // namespace transformer
