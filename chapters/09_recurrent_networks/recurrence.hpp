// A recurrent layer over all its time steps as one operation: what cells.hpp computes, faster.
#pragma once

#include "chapters/09_recurrent_networks/cells.hpp"

namespace transformer {

/// The states after each step, in time order: h (n_tokens, d_hidden), or of an LSTM h and c side by
/// side (n_tokens, 2 d_hidden). x (n_tokens, d_in) is in time order; `start` (n_sentences, as wide
/// as the result) is the state before the first step, in steps.order. All tokens are multiplied by
/// w_x at once; a step is a product with w_h and the cell. Throws Error (internal) where shapes do
/// not fit.
Variable rnn(Variable x, const RecurrentWeights& w, Variable start, const TimeSteps& steps);
Variable lstm(Variable x, const RecurrentWeights& w, Variable start, const TimeSteps& steps);

}  // namespace transformer
