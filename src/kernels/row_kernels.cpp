// The row kernels as the program calls them: views and threads around the functions of
// row_table.hpp. Here is what treats each row, or each number, on its own.
#include <algorithm>
#include <cassert>
#include <cmath>

#include "src/kernels/dropout_rule.hpp"
#include "src/kernels/kernels.hpp"
#include "src/kernels/row_split.hpp"
#include "src/kernels/table.hpp"

namespace transformer {

using kernel::active_kernels;
using kernel::DropoutRule;
using kernel::each_row;
using kernel::each_run;
using kernel::first_element;
using kernel::RowMoments;
using kernel::rule_of;

// ---- Softmax --------------------------------------------------------------------------------

void softmax_forward(ConstMatrixView x, float scale, Mask mask, MatrixView y, Threads& threads) {
  assert(same_shape(x, y) && scale >= 0);
  each_row(threads, x.n_rows, x.n_columns, [&, rows = active_kernels().rows](Index i) {
    Index n_visible = x.n_columns;
    if (mask == Mask::causal) {
      n_visible = std::clamp<Index>(i + 1 + x.n_columns - x.n_rows, 0, x.n_columns);
    }
    if (n_visible > 0) rows.softmax_forward(x.row(i), n_visible, scale, y.row(i));
    std::fill(y.row(i) + n_visible, y.row(i) + y.n_columns, 0.0f);
  });
}

void softmax_backward(ConstMatrixView y, ConstMatrixView dy, float scale, MatrixView dx,
                      Threads& threads) {
  assert(same_shape(y, dy) && same_shape(y, dx));
  each_row(threads, y.n_rows, y.n_columns, [&, rows = active_kernels().rows](Index i) {
    rows.softmax_backward(y.row(i), dy.row(i), y.n_columns, scale, dx.row(i));
  });
}

// ---- Dropout --------------------------------------------------------------------------------

void dropout_forward(ConstMatrixView x, const Dropout& dropout, MatrixView y, Threads& threads) {
  assert(same_shape(x, y));
  const DropoutRule rule = rule_of(dropout);
  if (rule.threshold == 0) return copy_to(x, y, threads);
  each_run(threads, y, x, x, [&, rows = active_kernels().rows](Index i, Index j, Index n) {
    rows.dropout(x.row(i) + j, n, rule, first_element(i, x.n_columns) + j, y.row(i) + j);
  });
}

// ---- Layer normalisation ----------------------------------------------------------------------

namespace {

void store(const LayerNormMoments& moments, Index i, RowMoments of_row) {
  if (moments.mean) moments.mean[i] = of_row.mean;
  if (moments.reciprocal_deviation) moments.reciprocal_deviation[i] = of_row.reciprocal_deviation;
}

}  // namespace

void layer_norm_forward(ConstMatrixView x, const float* gain, const float* bias, float epsilon,
                        MatrixView y, LayerNormMoments moments, Threads& threads) {
  assert(same_shape(x, y));
  each_row(threads, x.n_rows, x.n_columns, [&, rows = active_kernels().rows](Index i) {
    store(moments, i,
          rows.layer_norm_forward(x.row(i), x.n_columns, gain, bias, epsilon, y.row(i)));
  });
}

void residual_layer_norm_forward(ConstMatrixView x, ConstMatrixView sublayer,
                                 const Dropout& dropout, const float* gain, const float* bias,
                                 float epsilon, MatrixView sum, MatrixView y,
                                 LayerNormMoments moments, Threads& threads) {
  assert(same_shape(x, sublayer) && same_shape(x, sum) && same_shape(x, y));
  const DropoutRule rule = rule_of(dropout);
  const Index n = x.n_columns;
  each_row(threads, x.n_rows, n, [&, rows = active_kernels().rows](Index i) {
    // The row of the sum is still in the first cache when it is normalised.
    if (rule.threshold == 0) {
      rows.add(x.row(i), sublayer.row(i), n, sum.row(i));
    } else {
      rows.residual_dropout(x.row(i), sublayer.row(i), n, rule, first_element(i, n), sum.row(i));
    }
    store(moments, i, rows.layer_norm_forward(sum.row(i), n, gain, bias, epsilon, y.row(i)));
  });
}

// ---- Cross-entropy --------------------------------------------------------------------------

void cross_entropy(ConstMatrixView logits, std::span<const TokenId> targets, float epsilon,
                   float scale, std::span<float> losses, MatrixView dlogits, Threads& threads) {
  assert(std::ssize(targets) == logits.n_rows && std::ssize(losses) == logits.n_rows);
  assert(dlogits.empty() || same_shape(logits, dlogits));
  const Index n = logits.n_columns;
  each_row(threads, logits.n_rows, n, [&, rows = active_kernels().rows](Index i) {
    assert(0 <= targets[i] && targets[i] < n);
    losses[i] = rows.cross_entropy(logits.row(i), n, targets[i], epsilon, scale,
                                   dlogits.empty() ? nullptr : dlogits.row(i));
  });
}

void log_sum_exp(ConstMatrixView x, std::span<float> sums, Threads& threads) {
  assert(std::ssize(sums) >= x.n_rows);
  each_row(threads, x.n_rows, x.n_columns, [&, rows = active_kernels().rows](Index i) {
    // The cross-entropy of number 0 is log sum_j exp(x_j) - x_0.
    sums[i] = rows.cross_entropy(x.row(i), x.n_columns, 0, 0.0f, 1.0f, nullptr) + x(i, 0);
  });
}

// ---- Element by element -----------------------------------------------------------------------

void gather_rows(ConstMatrixView table, std::span<const TokenId> tokens, float scale, MatrixView y,
                 Threads& threads) {
  assert(std::ssize(tokens) == y.n_rows && table.n_columns == y.n_columns);
  each_row(threads, y.n_rows, y.n_columns, [&, rows = active_kernels().rows](Index i) {
    assert(0 <= tokens[i] && tokens[i] < table.n_rows);
    rows.scale(table.row(tokens[i]), scale, y.n_columns, y.row(i));
  });
}

void add_to(ConstMatrixView x, MatrixView y, Threads& threads) {
  assert(same_shape(x, y));
  each_run(threads, y, x, x, [&, rows = active_kernels().rows](Index i, Index j, Index n) {
    rows.add(x.row(i) + j, y.row(i) + j, n, y.row(i) + j);
  });
}

void copy_to(ConstMatrixView x, MatrixView y, Threads& threads) {
  assert(same_shape(x, y));
  if (x.data == y.data) return;
  each_run(threads, y, x, x,
           [&](Index i, Index j, Index n) { std::copy_n(x.row(i) + j, n, y.row(i) + j); });
}

void relu_backward(ConstMatrixView y, ConstMatrixView dy, MatrixView dx, Threads& threads) {
  assert(same_shape(y, dy) && same_shape(y, dx));
  each_run(threads, dx, y, dy, [&, rows = active_kernels().rows](Index i, Index j, Index n) {
    rows.relu_backward(y.row(i) + j, dy.row(i) + j, n, dx.row(i) + j);
  });
}

void adam_update(std::span<float> values, std::span<const float> gradients,
                 std::span<float> first_moments, std::span<float> second_moments,
                 const AdamStep& step, Threads& threads) {
  assert(gradients.size() == values.size() && first_moments.size() == values.size() &&
         second_moments.size() == values.size() && step.step >= 1);
  const double beta_1 = step.beta_1, beta_2 = step.beta_2;
  const auto n_steps = static_cast<double>(step.step);
  const kernel::AdamRule rule = {
      .beta_1 = step.beta_1,
      .one_minus_beta_1 = static_cast<float>(1 - beta_1),
      .beta_2 = step.beta_2,
      .one_minus_beta_2 = static_cast<float>(1 - beta_2),
      .step_size = static_cast<float>(step.learning_rate / (1 - std::pow(beta_1, n_steps))),
      .deviation_correction = static_cast<float>(1 / std::sqrt(1 - std::pow(beta_2, n_steps))),
      .epsilon = step.epsilon,
      .gradient_scale = step.gradient_scale,
  };
  threads.parallel_ranges(std::ssize(values), kernel::task_size,
                          [&, rows = active_kernels().rows](Index begin, Index end) {
                            rows.adam(values.data() + begin, gradients.data() + begin,
                                      first_moments.data() + begin, second_moments.data() + begin,
                                      end - begin, rule);
                          });
}

}  // namespace transformer
