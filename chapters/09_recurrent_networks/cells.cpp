#include "chapters/09_recurrent_networks/cells.hpp"

#include <algorithm>
#include <cmath>

namespace transformer {
namespace {

Index n_gates(CellKind kind) { return kind == CellKind::lstm ? 4 : 1; }

}  // namespace

RecurrentWeights::RecurrentWeights(ParameterStore& store, const std::string& path, CellKind kind,
                                   Index d_in, Index d_hidden, float forget_bias) {
  const Index width = n_gates(kind) * d_hidden;
  const Initial initial{0.0f, static_cast<float>(1 / std::sqrt(static_cast<double>(d_hidden)))};
  w_x = store.add(path + ".w_x", d_in, width, initial);
  w_h = store.add(path + ".w_h", d_hidden, width, initial);
  b = store.add(path + ".b", 1, width, Initial::zeros());
  if (kind != CellKind::lstm) return;
  std::fill_n(store.at(path + ".b").value().data + d_hidden, d_hidden, forget_bias);
}

//! [rnn_cell]
Variable rnn_cell(Variable x, Variable h, const RecurrentWeights& w) {
  return map<Tanh>(add(linear(x, w.w_x, w.b), linear(h, w.w_h)));
}
//! [rnn_cell]

//! [lstm_cell]
LstmState lstm_cell(Variable x, const LstmState& state, const RecurrentWeights& w) {
  const Variable gates = add(linear(x, w.w_x, w.b), linear(state.h, w.w_h));
  const auto [i, f, g, o] = split_columns<4>(gates);  // (n, d_hidden) each
  const Variable kept = multiply(map<Sigmoid>(f), state.c);
  const Variable written = multiply(map<Sigmoid>(i), map<Tanh>(g));
  const Variable c = add(kept, written);
  return {multiply(map<Sigmoid>(o), map<Tanh>(c)), c};
}
//! [lstm_cell]

//! [step_by_step]
Variable rnn_step_by_step(Variable x, const RecurrentWeights& w, Variable start,
                          const TimeSteps& steps) {
  const std::span<Variable> states = start.tape().arena().allocate<Variable>(steps.n_steps());
  Variable h = start;
  for (Index t = 0; t < steps.n_steps(); ++t) {
    // The sentences that have ended stand last and stay behind.
    h = rnn_cell(rows(x, steps.rows_at(t)), rows(h, steps.running(t)), w);
    states[static_cast<size_t>(t)] = h;
  }
  return join_rows(states);
}
//! [step_by_step]

Variable lstm_step_by_step(Variable x, const RecurrentWeights& w, Variable start,
                           const TimeSteps& steps) {
  const std::span<Variable> states = start.tape().arena().allocate<Variable>(steps.n_steps());
  Variable state = start;
  for (Index t = 0; t < steps.n_steps(); ++t) {
    const auto [h, c] = split_columns<2>(rows(state, steps.running(t)));
    const LstmState next = lstm_cell(rows(x, steps.rows_at(t)), {h, c}, w);
    state = join_columns(std::array{next.h, next.c});
    states[static_cast<size_t>(t)] = state;
  }
  return join_rows(states);
}

}  // namespace transformer
