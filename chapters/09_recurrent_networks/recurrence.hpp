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

/// A state of zeros for each of n sentences: (n, width).
Variable zero_state(Tape& tape, Index n, Index width);

/// A layer of either kind.
class RecurrentLayer {
 public:
  RecurrentLayer(ParameterStore& store, const std::string& path, CellKind kind, Index d_in,
                 Index d_hidden)
      : kind_(kind), w_(store, path, kind, d_in, d_hidden) {}

  /// The states after each step, as `rnn` and `lstm` give them.
  Variable operator()(Variable x, Variable start, const TimeSteps& steps) const {
    return kind_ == CellKind::lstm ? lstm(x, w_, start, steps) : rnn(x, w_, start, steps);
  }
  /// The same from a state of zeros.
  Variable operator()(Variable x, const TimeSteps& steps) const;
  /// What a state says, h, of some rows of states.
  Variable hidden(Variable states) const {
    return kind_ == CellKind::lstm ? split_columns<2>(states)[0] : states;
  }
  /// The width of a state.
  Index d_state() const { return (kind_ == CellKind::lstm ? 2 : 1) * w_.d_hidden(); }
  const RecurrentWeights& weights() const { return w_; }

 private:
  CellKind kind_;
  RecurrentWeights w_;
};

}  // namespace transformer
