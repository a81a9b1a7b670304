#include "chapters/09_recurrent_networks/recurrence.hpp"

#include <algorithm>

#include "src/kernels/kernels.hpp"

namespace transformer {
namespace {

/// What forward and backward pass share.
struct Recurrence {
  Variable x, start;
  RecurrentWeights w;
  TimeSteps steps;
  MatrixView gates;  // (n_tokens, n_gates d_hidden); what the cell has put there

  Index d() const { return w.d_hidden(); }
  /// A step's rows of a matrix in time order.
  template <class View>
  View at(Index t, const View& all) const {
    return all.rows(steps.begin(t), steps.begin(t + 1));
  }
  /// The rows of a matrix in time order that step t > 0 goes on from.
  template <class View>
  View before(Index t, const View& all) const {
    return all.rows(steps.begin(t - 1), steps.begin(t - 1) + steps.n_running(t));
  }
  ConstMatrixView state_before(Index t, const ConstMatrixView& states) const {
    return t == 0 ? start.value() : before(t, states);
  }
};

/// The plain cell: its gate is its state.
struct RnnCell {
  static constexpr Index n_gates = 1, n_parts = 1;

  static void forward(const MatrixView& gates, const ConstMatrixView&, const MatrixView& state,
                      Threads& threads) {
    map_forward(map_id<Tanh>, gates, state, threads);
  }
  static void backward(const ConstMatrixView& gates, const ConstMatrixView&,
                       const ConstMatrixView& state, const ConstMatrixView& dstate,
                       const MatrixView& dgates, const Into&, Threads& threads) {
    map_backward(map_id<Tanh>, gates, state, dstate, dgates, threads);
  }
};

struct LstmCell {
  static constexpr Index n_gates = 4, n_parts = 2;

  static void forward(const MatrixView& gates, const ConstMatrixView& before,
                      const MatrixView& state, Threads& threads) {
    lstm_forward(gates, before, state, threads);
  }
  static void backward(const ConstMatrixView& gates, const ConstMatrixView& before,
                       const ConstMatrixView& state, const ConstMatrixView& dstate,
                       const MatrixView& dgates, const Into& dbefore, Threads& threads) {
    const Index d = state.n_columns / 2;
    lstm_backward(gates, before, state, dstate, dgates, dbefore.columns(d, 2 * d), threads);
  }
};

/// A factor that every step uses is packed once.
PackedFactor packed_for_steps(Tape& tape, const Factor& w, const TimeSteps& steps) {
  if (steps.n_steps() < 2) return {};
  const std::span<float> memory = tape.arena().allocate<float>(packed_size(w));
  return pack_factor(w, memory, tape.threads());
}

//! [forward]
template <class Cell>
void run_forward(const ForwardPass& pass, const Recurrence& r) {
  pass.tape.multiply_by_weight(r.x.value(), r.w.w_x, r.gates, {.bias = r.w.b.value()});
  const PackedFactor w_h = packed_for_steps(pass.tape, r.w.w_h.value(), r.steps);
  for (Index t = 0; t < r.steps.n_steps(); ++t) {
    const ConstMatrixView before = r.state_before(t, pass.y);
    const MatrixView gates = r.at(t, r.gates);
    pass.tape.multiply_by_weight(before.columns(0, r.d()), r.w.w_h, Into::adding_to(gates),
                                 {.packed_b = w_h});
    Cell::forward(gates, before, r.at(t, pass.y), pass.threads);
  }
}
//! [forward]

/// The h that each token's step went on from, in time order.
MatrixView hidden_before(const BackwardPass& pass, const Recurrence& r) {
  const MatrixView h = pass.tape.scratch({r.steps.n_tokens(), r.d()});
  pass.threads.parallel_for(r.steps.n_steps(), [&](Index t) {
    copy_to(r.state_before(t, pass.y).columns(0, r.d()), r.at(t, h));
  });
  return h;
}

//! [backward]
template <class Cell>
void run_backward(const BackwardPass& pass, const Recurrence& r) {
  const MatrixView dgates = pass.tape.scratch(r.gates.shape());
  const Factor w_h_transposed = transposed(r.w.w_h.value());
  const PackedFactor packed = packed_for_steps(pass.tape, w_h_transposed, r.steps);
  const Index n_steps = r.steps.n_steps();
  for (Index t = n_steps - 1; t >= 0; --t) {
    // What reaches the step before through this one is added to what reached it directly.
    const Into dbefore = t == 0 ? pass.into(r.start) : Into::adding_to(r.before(t, pass.dy));
    Cell::backward(r.at(t, r.gates), r.state_before(t, pass.y), r.at(t, pass.y), r.at(t, pass.dy),
                   r.at(t, dgates), dbefore, pass.threads);
    matmul(r.at(t, dgates), w_h_transposed, dbefore.columns(0, r.d()), {.packed_b = packed},
           pass.threads);
  }
  if (n_steps == 0) pass.into(r.start);

  // The weights are the same at all steps: so their gradients are one product each.
  if (r.w.w_h.wants_gradient()) {
    matmul(transposed(hidden_before(pass, r)), dgates, pass.into(r.w.w_h), {}, pass.threads);
  }
  matmul(transposed(r.x.value()), dgates, pass.into(r.w.w_x), {}, pass.threads);
  sum_rows(dgates, pass.into(r.w.b), pass.threads);
  matmul(dgates, transposed(r.w.w_x.value()), pass.into(r.x), {}, pass.threads);
}
//! [backward]

template <class Cell>
Variable recurrence(Variable x, const RecurrentWeights& w, Variable start, const TimeSteps& steps) {
  constexpr std::string_view name = "recurrence";
  const Index d = w.d_hidden();
  const Shape h_weight{d, Cell::n_gates * d}, states{steps.n_tokens(), Cell::n_parts * d};
  require_shapes(w.w_h.shape() == h_weight, name, "w_h", w.w_h.shape(), "expected", h_weight);
  require_shapes(x.n_rows() == states.n_rows, name, "x", x.shape(), "states", states);
  require_shapes(start.shape() == Shape{steps.n_sentences(), states.n_columns}, name, "start",
                 start.shape(), "states", states);
  require_shapes(x.n_columns() == w.w_x.n_rows() && w.w_x.n_columns() == h_weight.n_columns, name,
                 "x", x.shape(), "w_x", w.w_x.shape());
  require_shapes(w.b.shape() == Shape{1, h_weight.n_columns}, name, "b", w.b.shape(), "w_h",
                 h_weight);
  Tape& tape = tape_of(name, {x, start});
  const Recurrence r{x, start, w, steps, tape.scratch({states.n_rows, h_weight.n_columns})};
  return tape.operation(
      "recurrence", {x, w.w_x, w.w_h, w.b, start}, states,
      [&](const ForwardPass& pass) { run_forward<Cell>(pass, r); },
      [=](const BackwardPass& pass) { run_backward<Cell>(pass, r); });
}

}  // namespace

Variable rnn(Variable x, const RecurrentWeights& w, Variable start, const TimeSteps& steps) {
  return recurrence<RnnCell>(x, w, start, steps);
}

Variable lstm(Variable x, const RecurrentWeights& w, Variable start, const TimeSteps& steps) {
  return recurrence<LstmCell>(x, w, start, steps);
}

Variable zero_state(Tape& tape, Index n, Index width) {
  const MatrixView zeros = tape.scratch({n, width});
  std::fill_n(zeros.data, zeros.size(), 0.0f);
  return tape.input(zeros);
}

Variable RecurrentLayer::operator()(Variable x, const TimeSteps& steps) const {
  return (*this)(x, zero_state(x.tape(), steps.n_sentences(), d_state()), steps);
}

}  // namespace transformer
