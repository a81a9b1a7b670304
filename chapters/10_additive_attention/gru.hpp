// The gated recurrent unit as Bahdanau, Cho and Bengio have it (2015, appendix A.1.1; Cho et al.
// 2014). It is not PyTorch's nn.GRU, which multiplies by the reset gate behind the matrix.
#pragma once

#include <string>

#include "chapters/09_recurrent_networks/time_steps.hpp"
#include "src/autograd/operations.hpp"
#include "src/autograd/parameter_store.hpp"

namespace transformer {

/// y = (1 - z) a + z b, element by element; all are (n, d).
Variable blend(Variable a, Variable b, Variable z);

struct GruWeights {
  /// Uniform in [-1 / sqrt(d_hidden), 1 / sqrt(d_hidden)), with biases of 0.
  GruWeights(ParameterStore& store, const std::string& path, Index d_in, Index d_hidden);

  Variable w_x;  // (d_in, 3 d_hidden): of update gate, reset gate and candidate, side by side
  Variable w_h;  // (d_hidden, 2 d_hidden): of the two gates
  Variable w_c;  // (d_hidden, d_hidden): of the candidate, behind the reset
  Variable b;    // (1, 3 d_hidden)
};

/// One time step of n sequences, h' = (1 - z) h + z candidate: x is (n, d_in), h (n, d_hidden).
Variable gru_cell(Variable x, Variable h, const GruWeights& w);

/// A layer of such cells, with the functions of RecurrentLayer (chapter 09).
class GruLayer {
 public:
  GruLayer(ParameterStore& store, const std::string& path, Index d_in, Index d_hidden)
      : w_(store, path, d_in, d_hidden) {}

  /// The states after each step, (n_tokens, d_hidden), in time order. x (n_tokens, d_in) is in time
  /// order, start (n_sentences, d_hidden) in steps.order.
  Variable operator()(Variable x, Variable start, const TimeSteps& steps) const;
  Variable hidden(Variable states) const { return states; }
  Index d_state() const { return w_.w_c.n_rows(); }

 private:
  GruWeights w_;
};

}  // namespace transformer
