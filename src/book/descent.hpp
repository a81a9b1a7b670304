// Plain gradient descent, for the chapters before the one on training.
#pragma once

#include <span>
#include <vector>

#include "src/autograd/parameter_store.hpp"
#include "src/autograd/tape.hpp"
#include "src/base/function_ref.hpp"

namespace transformer {

/// Every parameter, less `rate` times its derivative (chapter 00).
void descend(ParameterStore& store, float rate);

/// The mean over the rows of how surprised softmax(logits) is by the right class, -ln p_right
/// (chapter 07 derives its gradient, softmax - one-hot), and the backward pass from it. logits is
/// (n, n_classes).
double learn_classes(Variable logits, std::span<const TokenId> right);

/// One step of such a learner: what `logits_on(tape)` gives, with its gradient, and downhill. Gives
/// the loss.
double learn_step(ParameterStore& store, Tape& tape, std::span<const TokenId> right, float rate,
                  FunctionRef<Variable(Tape&)> logits_on);

/// The class with the largest logit of each row.
std::vector<TokenId> likeliest(ConstMatrixView logits);
/// In how many rows that is the right one.
Index n_right(ConstMatrixView logits, std::span<const TokenId> right);

}  // namespace transformer
