// Plain gradient descent, for the chapters before the one on training.
#pragma once

#include <span>

#include "src/autograd/parameter_store.hpp"
#include "src/autograd/tape.hpp"

namespace transformer {

/// Every parameter, less `rate` times its derivative (chapter 00).
void descend(ParameterStore& store, float rate);

/// The mean over the rows of how surprised softmax(logits) is by the right class, -ln p_right
/// (chapter 07 derives its gradient, softmax - one-hot), and the backward pass from it. logits is
/// (n, n_classes).
double learn_classes(Variable logits, std::span<const TokenId> right);

/// In how many rows the right class has the largest logit.
Index n_right(ConstMatrixView logits, std::span<const TokenId> right);

}  // namespace transformer
