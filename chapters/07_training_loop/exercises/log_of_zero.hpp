// Spot the bug: a loss that is right until the model is sure of something.
//
// `exercise_loss` is the cross-entropy against the smoothed target q: -sum q_j log p_j with p =
// softmax(logits). The version in log_of_zero.cpp says just that, and gives infinity as soon as one
// probability is too small for a float: the smoothed target is never 0, so every logarithm counts.
// In the Annotated Transformer label smoothing gave inf (harvardnlp/annotated-transformer, issue
// 109).
#pragma once

#include <span>

#include "src/base/index.hpp"

namespace transformer {

/// The loss of one token. q is 1 - epsilon_ls + epsilon_ls / n for the target and epsilon_ls / n
/// for each other of the n tokens.
float exercise_loss(std::span<const float> logits, TokenId target, float epsilon_ls);

}  // namespace transformer
