// Spot the bug: a loss that is right until the model is sure of something.
//
// `exercise_loss` is the cross-entropy against the smoothed target q: -sum q_j log p_j with p =
// softmax(logits). The version in sure_of_itself.cpp says just that, and for the logits of an
// untrained model it is right. The Annotated Transformer had the same problem
// (harvardnlp/annotated-transformer, issue 109). For which logits does it go wrong?
#pragma once

#include <span>

#include "src/base/index.hpp"

namespace transformer {

/// The loss of one token. q is 1 - epsilon_ls + epsilon_ls / n for the target and epsilon_ls / n
/// for each other of the n tokens.
float exercise_loss(std::span<const float> logits, TokenId target, float epsilon_ls);

}  // namespace transformer
