// A cell of long short-term memory (Hochreiter and Schmidhuber 1997; Gers et al. 2000).
#pragma once

#include "src/autograd/operations.hpp"
#include "src/autograd/parameter_store.hpp"

namespace transformer {

struct LstmCell {
  struct State {
    Variable h, c;  ///< What it says and what it remembers, (n, d_hidden) each.
  };

  LstmCell(ParameterStore& store, const std::string& path, Index d_in, Index d_hidden)
      : w(store.add(path + ".w", d_in + d_hidden, 4 * d_hidden, Initial::glorot(d_in, d_hidden))),
        b(store.add(path + ".b", 1, 4 * d_hidden, Initial::zeros())) {}

  /// One time step of n sequences: x is (n, d_in).
  State operator()(Variable x, const State& state) const {
    const Variable gates = linear(join_columns(std::array{x, state.h}), w, b);
    const auto [i, f, g, o] = split_columns<4>(gates);  // (n, d_hidden) each
    const Variable c =
        add(multiply(map<Sigmoid>(f), state.c), multiply(map<Sigmoid>(i), map<Tanh>(g)));
    return {multiply(map<Sigmoid>(o), map<Tanh>(c)), c};
  }

  Variable w, b;  // (d_in + d_hidden, 4 d_hidden) for the gates i, f, g, o; (1, 4 d_hidden)
};

}  // namespace transformer
