// The formulas of the kernels (src/kernels/kernels.hpp), written as formulas: slow, plain, in any
// number type. In double they are what pages quote, and what tests compare the kernels with.
#pragma once

#include <limits>
#include <span>

#include "src/base/philox.hpp"
#include "src/kernels/kernels.hpp"
#include "src/tensor/tensor.hpp"

namespace transformer::formula {

template <class T>
using VectorOf = xt::xtensor<T, 1>;

/// A vector as a matrix of one column, so that a formula can use one number for each row. The
/// vector must have a name and outlive the expression.
template <class T>
auto column(const VectorOf<T>& v) {
  return xt::view(v, xt::all(), xt::newaxis());
}

/// True where row i of a matrix (n_rows, n_columns) may look at column j.
inline bool is_visible(Mask mask, Index i, Index j, Index n_rows, Index n_columns) {
  return mask == Mask::none || j <= i + (n_columns - n_rows);
}

/// Of softmax_forward: softmax of each row over the visible columns; 0 in the others.
template <class T>
MatrixOf<T> softmax(const MatrixOf<T>& scores, Mask mask = Mask::none) {
  MatrixOf<T> z = scores;
  const auto view = view_of(z);
  for (Index i = 0; i < view.n_rows; ++i) {
    for (Index j = 0; j < view.n_columns; ++j) {
      if (!is_visible(mask, i, j, view.n_rows, view.n_columns)) {
        view(i, j) = -std::numeric_limits<T>::infinity();
      }
    }
  }
  // The limits matter only to rows in which nothing is visible.
  const VectorOf<T> largest = xt::maximum(xt::amax(z, {1}), std::numeric_limits<T>::lowest());
  const MatrixOf<T> e = xt::exp(z - column(largest));
  const VectorOf<T> sum = xt::maximum(xt::sum(e, {1}), std::numeric_limits<T>::min());
  return e / column(sum);
}

/// Of dropout_forward: element e (row-major) becomes 0 where half-word e of the key is below t,
/// which is p 2^16, rounded to a whole number, else x / (1 - t / 2^16).
template <class T>
MatrixOf<T> dropout(const MatrixOf<T>& x, T p, const RandomKey& key) {
  const auto threshold = static_cast<T>(std::lround(p * static_cast<T>(0x1p16)));
  MatrixOf<T> y = x / (1 - threshold * static_cast<T>(0x1p-16));
  for (size_t e = 0; e < y.size(); ++e) {
    if (static_cast<T>(key.half_word(e)) < threshold) y.data()[e] = 0;
  }
  return y;
}

//! [layer_norm]
/// Of layer_norm_forward: gain (x - mean) / sqrt(variance + epsilon) + bias in each row.
template <class T>
MatrixOf<T> layer_norm(const MatrixOf<T>& x, const VectorOf<T>& gain, const VectorOf<T>& bias,
                       T epsilon) {
  const VectorOf<T> mean = xt::mean(x, {1});
  const MatrixOf<T> centred = x - column(mean);
  const VectorOf<T> variance = xt::mean(centred * centred, {1});
  const VectorOf<T> deviation = xt::sqrt(variance + epsilon);
  return gain * centred / column(deviation) + bias;
}
//! [layer_norm]

/// ln softmax(logits), row by row.
template <class T>
MatrixOf<T> log_softmax(const MatrixOf<T>& logits) {
  const VectorOf<T> largest = xt::amax(logits, {1});
  const MatrixOf<T> z = logits - column(largest);
  const VectorOf<T> log_sum = xt::log(xt::sum(xt::exp(z), {1}));
  return z - column(log_sum);
}

/// Of cross_entropy: one loss for each row, the cross-entropy between softmax(logits) and the
/// smoothed target.
template <class T>
VectorOf<T> cross_entropy_smoothed(const MatrixOf<T>& logits, std::span<const TokenId> targets,
                                   T epsilon) {
  const MatrixOf<T> log_p = log_softmax(logits);
  MatrixOf<T> smoothed = xt::full_like(log_p, epsilon / static_cast<T>(log_p.shape(1)));
  for (size_t i = 0; i < targets.size(); ++i) smoothed(i, targets[i]) += 1 - epsilon;
  return -xt::sum(smoothed * log_p, {1});
}

/// Of divergence: KL(p || q) + KL(q || p) for each row, p and q the softmaxes of a and b.
template <class T>
VectorOf<T> divergence(const MatrixOf<T>& a, const MatrixOf<T>& b) {
  const MatrixOf<T> log_p = log_softmax(a), log_q = log_softmax(b);
  return xt::sum((xt::exp(log_p) - xt::exp(log_q)) * (log_p - log_q), {1});
}

/// What Adam changes: parameters and the two moments of their gradients.
template <class T>
struct AdamState {
  VectorOf<T> values, first_moments, second_moments;
};

/// Of adam_update: the state after one step.
template <class T>
AdamState<T> adam(const AdamState<T>& state, const VectorOf<T>& gradients, const AdamStep& step) {
  const T beta_1 = step.beta_1, beta_2 = step.beta_2, rate = step.learning_rate;
  const T epsilon = step.epsilon;
  const auto n_steps = static_cast<T>(step.step);
  const VectorOf<T> g = static_cast<T>(step.gradient_scale) * gradients;

  AdamState<T> next = state;
  next.first_moments = beta_1 * state.first_moments + (1 - beta_1) * g;
  next.second_moments = beta_2 * state.second_moments + (1 - beta_2) * g * g;
  const VectorOf<T> m_hat = next.first_moments / (1 - std::pow(beta_1, n_steps));
  const VectorOf<T> v_hat = next.second_moments / (1 - std::pow(beta_2, n_steps));
  next.values = state.values - rate * m_hat / (xt::sqrt(v_hat) + epsilon);
  return next;
}

}  // namespace transformer::formula
