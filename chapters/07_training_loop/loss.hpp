// What the model is trained on: cross-entropy against smoothed targets (section 5.4, label
// smoothing).
#pragma once

#include <span>

#include "src/autograd/tape.hpp"

namespace transformer {

/// The mean over the rows of the cross-entropy between softmax(logits) and the smoothed target, (1,
/// 1). logits is (n_tokens, n_vocabulary). The smoothed target is 1 - epsilon_ls + epsilon_ls /
/// n_vocabulary for the right token and epsilon_ls / n_vocabulary for each other. The targets must
/// outlive the step.
Variable label_smoothed_cross_entropy(Variable logits, std::span<const TokenId> targets,
                                      float epsilon_ls);

/// The same of logits = y E^T, with y (n_tokens, d_model) and the table E (n_vocabulary, d_model),
/// without ever holding all logits: they are the largest matrix of a step by far. Chunk by chunk of
/// rows it works out logits, loss and the gradients for d loss = 1, and forgets the logits; the
/// backward pass multiplies these gradients by d loss.
Variable projected_cross_entropy(Variable y, Variable table, std::span<const TokenId> targets,
                                 float epsilon_ls);

/// The same, and how far two passes of one batch are apart, which dropout makes different (R-Drop,
/// Liang et al. 2021). y (2 n_tokens, d_model) holds the rows of one pass above those of the other.
/// The mean over the tokens of
///   (CE(p) + CE(q)) / 2 + alpha (KL(p || q) + KL(q || p)) / 4,
/// half of the paper's equation 4, so that alpha = 0 is the mean of two losses.
Variable projected_r_drop(Variable y, Variable table, std::span<const TokenId> targets,
                          float epsilon_ls, float alpha);

}  // namespace transformer
