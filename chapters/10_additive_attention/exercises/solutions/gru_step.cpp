#include "chapters/10_additive_attention/exercises/gru_step.hpp"

namespace transformer {

namespace {

/// h w, with h (1, d).
Matrix times(const Matrix& h, const Matrix& w) {
  Matrix y = xt::zeros_like(h);
  for (size_t i = 0; i < w.shape(0); ++i) {
    for (size_t j = 0; j < w.shape(1); ++j) y(0, j) += h(0, i) * w(i, j);
  }
  return y;
}

Matrix gate(const Matrix& sums) { return 1 / (1 + xt::exp(-sums)); }

}  // namespace

Matrix exercise_gru_step(const GruInput& x, const Matrix& h, const Matrix& w_update,
                         const Matrix& w_reset, const Matrix& w_candidate) {
  const Matrix update = gate(x.update + times(h, w_update)),
               reset = gate(x.reset + times(h, w_reset));
  const Matrix candidate = xt::tanh(x.candidate + times(reset * h, w_candidate));
  return (1 - update) * h + update * candidate;
}

}  // namespace transformer
