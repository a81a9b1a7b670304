// What a recurrent network does at one time step, and the loop over the steps, made of the tape's
// operations: the plain form. recurrence.hpp has the fast one.
#pragma once

#include <string>

#include "chapters/09_recurrent_networks/time_steps.hpp"
#include "src/autograd/operations.hpp"
#include "src/autograd/parameter_store.hpp"

namespace transformer {

/// The cells that a layer may have.
enum class CellKind {
  rnn,  ///< h' = tanh(x w_x + h w_h + b) (Elman 1990).
  lstm  ///< Long short-term memory (Hochreiter and Schmidhuber 1997; Gers et al. 2000).
};

/// The weights of a layer, the same at every time step. Those of an LSTM's four gates i, f, g, o
/// stand side by side.
struct RecurrentWeights {
  /// Uniform in [-1 / sqrt(d_hidden), 1 / sqrt(d_hidden)), with biases of 0 but `forget_bias` for
  /// the gate f of an LSTM (Jozefowicz et al. 2015).
  RecurrentWeights(ParameterStore& store, const std::string& path, CellKind kind, Index d_in,
                   Index d_hidden, float forget_bias = 1.0f);
  /// Of weights that exist.
  RecurrentWeights(Variable x_weight, Variable h_weight, Variable bias)
      : w_x(x_weight), w_h(h_weight), b(bias) {}

  Index d_hidden() const { return w_h.n_rows(); }

  Variable w_x;  // (d_in, n_gates d_hidden)
  Variable w_h;  // (d_hidden, n_gates d_hidden)
  Variable b;    // (1, n_gates d_hidden)
};

/// What an LSTM says and what it remembers, (n, d_hidden) each.
struct LstmState {
  Variable h, c;
};

/// One time step of n sequences: x is (n, d_in), h (n, d_hidden).
Variable rnn_cell(Variable x, Variable h, const RecurrentWeights& w);
LstmState lstm_cell(Variable x, const LstmState& state, const RecurrentWeights& w);

/// All time steps. x (n_tokens, d_in) is a packed batch, `start` the state before the first step,
/// (n_sentences, d_hidden), or of an LSTM h and c side by side, (n_sentences, 2 d_hidden), in
/// steps.order. The result are the states after each step, as wide as `start`, in time order.
Variable rnn_step_by_step(Variable x, const RecurrentWeights& w, Variable start,
                          const TimeSteps& steps);
Variable lstm_step_by_step(Variable x, const RecurrentWeights& w, Variable start,
                           const TimeSteps& steps);

}  // namespace transformer
