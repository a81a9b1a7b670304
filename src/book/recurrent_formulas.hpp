// Recurrent networks in double precision, on plain matrices and with plain loops.
#pragma once

#include <array>

#include "src/book/attention_formulas.hpp"

namespace transformer::formula {

/// The logistic function.
template <class T>
MatrixOf<T> sigmoid(const MatrixOf<T>& x) {
  return 1 / (1 + xt::exp(-x));
}

/// Of lstm_forward: the gates i, f, g, o, side by side.
template <class T>
MatrixOf<T> lstm_gates(const MatrixOf<T>& sums) {
  const Index d = static_cast<Index>(sums.shape(1)) / 4;
  MatrixOf<T> gates = sigmoid(sums);
  xt::view(gates, xt::all(), xt::range(2 * d, 3 * d)) = xt::tanh(columns(sums, 2 * d, 3 * d));
  return gates;
}

/// Of lstm_forward: h and c side by side, from the gates' sums and the state before.
template <class T>
MatrixOf<T> lstm_state(const MatrixOf<T>& sums, const MatrixOf<T>& before) {
  const Index d = static_cast<Index>(before.shape(1)) / 2;
  const MatrixOf<T> gates = lstm_gates(sums);
  const auto gate = [&](Index k) { return columns(gates, k * d, (k + 1) * d); };
  const MatrixOf<T> c = gate(1) * columns(before, d, 2 * d) + gate(0) * gate(2);
  const MatrixOf<T> h = gate(3) * xt::tanh(c);
  return xt::concatenate(xt::xtuple(h, c), 1);
}

/// The weights of a recurrent layer.
template <class T>
struct Recurrent {
  MatrixOf<T> w_x, w_h, b;

  /// The state after one step: of an LSTM, h and c side by side, where w_h is four times as wide as
  /// it is high; else h alone.
  MatrixOf<T> step(const MatrixOf<T>& x, const MatrixOf<T>& before) const {
    const Index d = static_cast<Index>(w_h.shape(0));
    const MatrixOf<T> sums = product(x, w_x) + product(columns(before, 0, d), w_h) + b;
    if (w_h.shape(1) == 4 * w_h.shape(0)) return lstm_state(sums, before);
    return xt::tanh(sums);
  }
};

}  // namespace transformer::formula
