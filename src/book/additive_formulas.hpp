// The attention and the cell of Bahdanau, Cho and Bengio (2015) in double precision, and the cell
// of PyTorch's nn.GRU beside it.
#pragma once

#include "src/book/recurrent_formulas.hpp"

namespace transformer::formula {

//! [scores]
/// score_ij = v . tanh(q_i + k_j), with q (n_queries, d), k (n_keys, d), v (1, d).
template <class T>
MatrixOf<T> additive_scores(const MatrixOf<T>& q, const MatrixOf<T>& k, const MatrixOf<T>& v) {
  MatrixOf<T> scores = zeros<T>(q.shape(0), k.shape(0));
  for (size_t i = 0; i < q.shape(0); ++i) {
    for (size_t j = 0; j < k.shape(0); ++j) {
      for (size_t c = 0; c < q.shape(1); ++c) {
        scores(i, j) += v(0, c) * std::tanh(q(i, c) + k(j, c));
      }
    }
  }
  return scores;
}
//! [scores]

/// What each query takes of the values.
template <class T>
MatrixOf<T> additive_attention(const MatrixOf<T>& q, const MatrixOf<T>& k, const MatrixOf<T>& v,
                               const MatrixOf<T>& values) {
  return product(softmax(additive_scores(q, k, v)), values);
}

/// A gated recurrent unit: w_x (d_in, 3 d) and b of update gate, reset gate and candidate, w_h (d,
/// 2 d) of the gates, w_c (d, d) of the candidate.
template <class T>
struct Gru {
  MatrixOf<T> w_x, w_h, w_c, b;

  /// The sums of update gate, reset gate and candidate, the last one without the state's part.
  MatrixOf<T> sum(Index which, const MatrixOf<T>& x, const MatrixOf<T>& h) const {
    const Index d = static_cast<Index>(w_c.shape(0));
    const MatrixOf<T> all = product(x, w_x) + b;
    const MatrixOf<T> of_x = columns(all, which * d, (which + 1) * d);
    if (which == 2) return of_x;
    return of_x + columns(product(h, w_h), which * d, (which + 1) * d);
  }

  //! [steps]
  /// Bahdanau's: the reset gate chooses what the matrix gets to see.
  MatrixOf<T> step(const MatrixOf<T>& x, const MatrixOf<T>& h) const {
    const MatrixOf<T> z = sigmoid(sum(0, x, h)), r = sigmoid(sum(1, x, h)), seen = r * h;
    const MatrixOf<T> candidate = xt::tanh(sum(2, x, h) + product(seen, w_c));
    return (1 - z) * h + z * candidate;
  }

  /// PyTorch's, with the same weights: the reset gate chooses from what the matrix made. (There z
  /// is what is kept, so its weights have the other sign.)
  MatrixOf<T> step_of_pytorch(const MatrixOf<T>& x, const MatrixOf<T>& h) const {
    const MatrixOf<T> z = sigmoid<T>(-sum(0, x, h)), r = sigmoid(sum(1, x, h));
    const MatrixOf<T> candidate = xt::tanh(sum(2, x, h) + r * product(h, w_c));
    return (1 - z) * candidate + z * h;
  }
  //! [steps]
};

}  // namespace transformer::formula
