// The row kernels as the program calls them: views, threads and checks of shapes around the
// functions of row_table.hpp. Here is what treats each row, or each number, on its own.
#include <algorithm>
#include <cassert>
#include <cmath>

#include "src/kernels/dropout_rule.hpp"
#include "src/kernels/kernels.hpp"
#include "src/kernels/row_split.hpp"
#include "src/kernels/table.hpp"
#include "src/kernels/target.hpp"
#include "src/tensor/shapes.hpp"

namespace transformer {

using kernel::active_kernels;
using kernel::copy_run;
using kernel::drop_run;
using kernel::DropoutRule;
using kernel::each_row;
using kernel::each_run;
using kernel::first_element;
using kernel::RowMoments;
using kernel::rule_of;
using kernel::Target;
using kernel::write_run;

// ---- Softmax --------------------------------------------------------------------------------

void softmax_forward(ConstMatrixView x, float scale, Mask mask, MatrixView y, Threads& threads) {
  require_same_shape("softmax_forward", "x", x.shape(), "y", y.shape());
  assert(scale >= 0);
  each_row(threads, x.n_rows, x.n_columns, [&, &rows = active_kernels().rows](Index i) {
    Index n_visible = x.n_columns;
    if (mask == Mask::causal) {
      n_visible = std::clamp<Index>(i + 1 + x.n_columns - x.n_rows, 0, x.n_columns);
    }
    if (n_visible > 0) rows.softmax_forward(x.row(i), n_visible, scale, y.row(i));
    std::fill(y.row(i) + n_visible, y.row(i) + y.n_columns, 0.0f);
  });
}

void softmax_backward(ConstMatrixView y, ConstMatrixView dy, float scale, Into dx,
                      Threads& threads) {
  if (!dx.is_wanted()) return;
  require_same_shape("softmax_backward", "y", y.shape(), "dy", dy.shape());
  require_same_shape("softmax_backward", "y", y.shape(), "dx", dx.shape());
  each_row(threads, y.n_rows, y.n_columns,
           [&, target = Target(dx), &rows = active_kernels().rows](Index i) {
             write_run(target, i, 0, y.n_columns, rows, [&](float* out) {
               rows.softmax_backward(y.row(i), dy.row(i), y.n_columns, scale, out);
             });
           });
}

// ---- Dropout --------------------------------------------------------------------------------

void dropout_forward(ConstMatrixView x, const Dropout& dropout, Into y, Threads& threads) {
  const DropoutRule rule = rule_of(dropout);
  if (!y.is_wanted()) return;
  require_same_shape("dropout_forward", "x", x.shape(), "y", y.shape());
  const Target to(y);
  each_run(threads, to.view, {x}, [&, &rows = active_kernels().rows](Index i, Index j, Index n) {
    const std::uint64_t first = first_element(i, x.n_columns) + static_cast<std::uint64_t>(j);
    drop_run(rows, rule, x.row(i) + j, n, first, to.view.row(i) + j, to.adds);
  });
}

// ---- Layer normalisation ----------------------------------------------------------------------

namespace {

void store(const LayerNormMoments& moments, Index i, RowMoments of_row) {
  const auto row = static_cast<size_t>(i);
  if (!moments.mean.empty()) moments.mean[row] = of_row.mean;
  if (!moments.reciprocal_deviation.empty()) {
    moments.reciprocal_deviation[row] = of_row.reciprocal_deviation;
  }
}

/// Gain and bias have the width of x, and the moments are one for each row or empty.
void require_norm_shapes(std::string_view kernel, ConstMatrixView x,
                         const LayerNormParameters& norm, const LayerNormMoments& moments) {
  const Shape one_row = {1, x.n_columns}, gain = norm.gain.shape(), bias = norm.bias.shape();
  require_shapes(gain == one_row, kernel, "x", x.shape(), "gain", gain);
  require_shapes(bias == one_row, kernel, "x", x.shape(), "bias", bias);
  for (const std::span<float> each : {moments.mean, moments.reciprocal_deviation}) {
    const Index n = std::ssize(each);
    require_shapes(n == 0 || n >= x.n_rows, kernel, "x", x.shape(), "a moment", {n, 1});
  }
}

}  // namespace

void layer_norm_forward(ConstMatrixView x, const LayerNormParameters& norm, MatrixView y,
                        LayerNormMoments moments, Threads& threads) {
  require_same_shape("layer_norm_forward", "x", x.shape(), "y", y.shape());
  require_norm_shapes("layer_norm_forward", x, norm, moments);
  each_row(threads, x.n_rows, x.n_columns, [&, &rows = active_kernels().rows](Index i) {
    store(moments, i,
          rows.layer_norm_forward(x.row(i), x.n_columns, norm.gain.data, norm.bias.data,
                                  norm.epsilon, y.row(i)));
  });
}

void residual_layer_norm_forward(ConstMatrixView x, ConstMatrixView sublayer,
                                 const Dropout& dropout, const LayerNormParameters& norm,
                                 MatrixView sum, MatrixView y, LayerNormMoments moments,
                                 Threads& threads) {
  constexpr std::string_view name = "residual_layer_norm_forward";
  require_same_shape(name, "x", x.shape(), "sublayer", sublayer.shape());
  require_same_shape(name, "x", x.shape(), "sum", sum.shape());
  require_same_shape(name, "x", x.shape(), "y", y.shape());
  require_norm_shapes(name, x, norm, moments);
  const DropoutRule rule = rule_of(dropout);
  const Index n = x.n_columns;
  each_row(threads, x.n_rows, n, [&, &rows = active_kernels().rows](Index i) {
    // The row of the sum is still in the first cache when it is normalised.
    if (rule.threshold == 0) {
      rows.add(x.row(i), sublayer.row(i), n, sum.row(i));
    } else {
      rows.residual_dropout(x.row(i), sublayer.row(i), n, rule, first_element(i, n), sum.row(i));
    }
    store(moments, i,
          rows.layer_norm_forward(sum.row(i), n, norm.gain.data, norm.bias.data, norm.epsilon,
                                  y.row(i)));
  });
}

// ---- Cross-entropy --------------------------------------------------------------------------

void cross_entropy(ConstMatrixView logits, std::span<const TokenId> targets, float epsilon,
                   float scale, std::span<float> losses, Into dlogits, Threads& threads) {
  constexpr std::string_view name = "cross_entropy";
  const Index n = logits.n_columns;
  const auto require_one_each = [&](std::string_view what, Index n_given) {
    require_shapes(n_given == logits.n_rows, name, "logits", logits.shape(), what, {n_given, 1});
  };
  require_one_each("targets", std::ssize(targets));
  require_one_each("losses", std::ssize(losses));
  require_shapes(!dlogits.is_wanted() || dlogits.shape() == logits.shape(), name, "logits",
                 logits.shape(), "dlogits", dlogits.shape());
  const auto row = [&, &rows = active_kernels().rows](Index i, float* dlogits_row) {
    const auto r = static_cast<size_t>(i);
    assert(0 <= targets[r] && targets[r] < n);
    losses[r] = rows.cross_entropy(logits.row(i), n, targets[r], epsilon, scale, dlogits_row);
  };
  each_row(threads, logits.n_rows, n,
           [&, target = Target(dlogits), &rows = active_kernels().rows](Index i) {
             if (!dlogits.is_wanted()) return row(i, nullptr);
             write_run(target, i, 0, n, rows, [&](float* out) { row(i, out); });
           });
}

void log_sum_exp(ConstMatrixView x, std::span<float> sums, Threads& threads) {
  require_shapes(std::ssize(sums) >= x.n_rows, "log_sum_exp", "x", x.shape(), "sums",
                 {std::ssize(sums), 1});
  each_row(threads, x.n_rows, x.n_columns, [&, &rows = active_kernels().rows](Index i) {
    sums[static_cast<size_t>(i)] = rows.log_sum_exp(x.row(i), x.n_columns);
  });
}

// ---- Element by element -----------------------------------------------------------------------

void gather_rows(ConstMatrixView table, std::span<const TokenId> tokens, float scale, MatrixView y,
                 Threads& threads) {
  const Index n_tokens = std::ssize(tokens);
  require_shapes(y.shape() == Shape{n_tokens, table.n_columns}, "gather_rows", "table",
                 table.shape(), "y", y.shape());
  require_rows("gather_rows", tokens, table.n_rows);
  each_row(threads, y.n_rows, y.n_columns, [&, &rows = active_kernels().rows](Index i) {
    const TokenId token = tokens[static_cast<size_t>(i)];
    rows.scale(table.row(token), scale, y.n_columns, y.row(i));
  });
}

void add_to(ConstMatrixView x, MatrixView y, Threads& threads) {
  copy_to(x, Into::adding_to(y), threads);
}

void copy_to(ConstMatrixView x, Into y, Threads& threads) {
  if (!y.is_wanted()) return;
  require_same_shape("copy_to", "x", x.shape(), "y", y.shape());
  const Target to(y);
  each_run(threads, to.view, {x}, [&, &rows = active_kernels().rows](Index i, Index j, Index n) {
    copy_run(rows, x.row(i) + j, n, to.view.row(i) + j, to.adds);
  });
}

void scale_to(ConstMatrixView x, float factor, Into y, Threads& threads) {
  if (!y.is_wanted()) return;
  require_same_shape("scale_to", "x", x.shape(), "y", y.shape());
  const Target to(y);
  each_run(threads, to.view, {x}, [&, &rows = active_kernels().rows](Index i, Index j, Index n) {
    (to.adds ? rows.add_scaled : rows.scale)(x.row(i) + j, factor, n, to.view.row(i) + j);
  });
}

void multiply(ConstMatrixView a, ConstMatrixView b, Into product, Threads& threads) {
  if (!product.is_wanted()) return;
  require_same_shape("multiply", "a", a.shape(), "b", b.shape());
  require_same_shape("multiply", "a", a.shape(), "product", product.shape());
  const Target target(product);
  each_run(threads, target.view, {a, b},
           [&, &rows = active_kernels().rows](Index i, Index j, Index n) {
             write_run(target, i, j, n, rows,
                       [&](float* out) { rows.multiply(a.row(i) + j, b.row(i) + j, n, out); });
           });
}

void map_forward(MapId f, ConstMatrixView x, MatrixView y, Threads& threads) {
  require_same_shape("map_forward", "x", x.shape(), "y", y.shape());
  const kernel::MapKernels& map = active_kernels().rows.maps.functions[f.index];
  each_run(threads, y, {x},
           [&](Index i, Index j, Index n) { map.forward(x.row(i) + j, n, y.row(i) + j); });
}

void map_backward(MapId f, ConstMatrixView x, ConstMatrixView y, ConstMatrixView dy, Into dx,
                  Threads& threads) {
  if (!dx.is_wanted()) return;
  require_same_shape("map_backward", "x", x.shape(), "y", y.shape());
  require_same_shape("map_backward", "y", y.shape(), "dy", dy.shape());
  require_same_shape("map_backward", "y", y.shape(), "dx", dx.shape());
  const Target target(dx);
  each_run(threads, target.view, {x, y, dy},
           [&, &rows = active_kernels().rows](Index i, Index j, Index n) {
             write_run(target, i, j, n, rows, [&](float* out) {
               rows.maps.functions[f.index].backward(x.row(i) + j, y.row(i) + j, dy.row(i) + j, n,
                                                     out);
             });
           });
}

void adam_update(std::span<float> values, std::span<const float> gradients,
                 std::span<float> first_moments, std::span<float> second_moments,
                 const AdamStep& step, Threads& threads) {
  const auto require_same_length = [&](std::string_view what, Index n) {
    require_shapes(n == std::ssize(values), "adam_update", "values", {std::ssize(values), 1}, what,
                   {n, 1});
  };
  require_same_length("gradients", std::ssize(gradients));
  require_same_length("first moments", std::ssize(first_moments));
  require_same_length("second moments", std::ssize(second_moments));
  assert(step.step >= 1);
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
      .kept = 1 - step.learning_rate * step.weight_decay,
  };
  threads.parallel_ranges(std::ssize(values), kernel::task_size,
                          [&, &rows = active_kernels().rows](Index begin, Index end) {
                            rows.adam(values.data() + begin, gradients.data() + begin,
                                      first_moments.data() + begin, second_moments.data() + begin,
                                      end - begin, rule);
                          });
}

}  // namespace transformer
