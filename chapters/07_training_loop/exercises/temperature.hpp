// Write: the loss of a softmax with a temperature, and its gradient.
//
// Before the softmax all logits are divided by a temperature T: p = softmax(logits / T). A high
// temperature makes the probabilities more equal, a low one less. Without smoothing the loss is
// -log p_right. What is its gradient by the logits? Derive it as the chapter does, or move one
// logit a little and look.
#pragma once

#include <span>

#include "src/base/index.hpp"

namespace transformer {

/// The loss of one token; `gradient` gets the derivative by each logit.
double exercise_loss(std::span<const double> logits, TokenId right, double temperature,
                     std::span<double> gradient);

}  // namespace transformer
