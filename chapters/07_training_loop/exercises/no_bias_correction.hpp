// Spot the bug: an Adam whose first steps have the wrong length.
//
// Adam's moments start at zero and so are too small at first, which dividing by 1 - beta^step puts
// right (Kingma and Ba 2015, section 3). The version in no_bias_correction.cpp reaches the goal,
// too, but its first steps do not have the length of the learning rate. BERT was trained with such
// an Adam: "mostly an oversight" (google-research/bert, issue 153).
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
