// The row kernels as the program calls them: views, threads and checks of shapes around the
// functions of row_table.hpp. Here is what treats each row on its own.
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
using kernel::drop_run;
using kernel::DropoutRule;
using kernel::each_row;
using kernel::each_run;
using kernel::first_element;
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

void attend(ConstMatrixView q, ConstMatrixView keys, ConstMatrixView values, MatrixView weights,
            MatrixView y) {
  constexpr std::string_view name = "attend";
  require_same_shape(name, "q", q.shape(), "y", y.shape());
  require_same_shape(name, "keys", keys.shape(), "values", values.shape());
  require_shapes(q.n_rows == 1 && q.n_columns == keys.n_columns, name, "q", q.shape(), "keys",
                 keys.shape());
  require_shapes(weights.n_columns == keys.n_rows && q.n_columns % weights.n_rows == 0, name,
                 "weights", weights.shape(), "keys", keys.shape());
  assert(keys.n_rows > 0 && keys.stride == values.stride && weights.stride == weights.n_columns);
  const Index d_k = q.n_columns / weights.n_rows;
  active_kernels().rows.attend(
      {q.data, keys.data, values.data, keys.stride, keys.n_rows, weights.n_rows, d_k,
       static_cast<float>(1 / std::sqrt(static_cast<double>(d_k))), weights.data, y.data});
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

void divergence(ConstMatrixView a, ConstMatrixView b, float scale, std::span<float> divergences,
                MatrixView da, MatrixView db, Threads& threads) {
  constexpr std::string_view name = "divergence";
  require_same_shape(name, "a", a.shape(), "b", b.shape());
  require_shapes(std::ssize(divergences) == a.n_rows, name, "a", a.shape(), "divergences",
                 {std::ssize(divergences), 1});
  const bool with_gradient = !da.empty();
  if (with_gradient) require_same_shape(name, "a", a.shape(), "da", da.shape());
  require_same_shape(name, "da", da.shape(), "db", db.shape());
  each_row(threads, a.n_rows, a.n_columns, [&, &rows = active_kernels().rows](Index i) {
    divergences[static_cast<size_t>(i)] =
        rows.divergence(a.row(i), b.row(i), a.n_columns, scale, with_gradient ? da.row(i) : nullptr,
                        with_gradient ? db.row(i) : nullptr);
  });
}

void log_sum_exp(ConstMatrixView x, std::span<float> sums, Threads& threads) {
  require_shapes(std::ssize(sums) >= x.n_rows, "log_sum_exp", "x", x.shape(), "sums",
                 {std::ssize(sums), 1});
  each_row(threads, x.n_rows, x.n_columns, [&, &rows = active_kernels().rows](Index i) {
    sums[static_cast<size_t>(i)] = rows.log_sum_exp(x.row(i), x.n_columns);
  });
}

// ---- Long short-term memory -----------------------------------------------------------------

void lstm_forward(MatrixView gates, ConstMatrixView before, MatrixView state, Threads& threads) {
  const Index d = state.n_columns / 2;
  require_shapes(gates.shape() == Shape{state.n_rows, 4 * d}, "lstm_forward", "state",
                 state.shape(), "gates", gates.shape());
  require_same_shape("lstm_forward", "state", state.shape(), "before", before.shape());
  each_row(threads, gates.n_rows, gates.n_columns, [&, &rows = active_kernels().rows](Index i) {
    rows.lstm_forward(gates.row(i), before.row(i) + d, d, state.row(i), state.row(i) + d);
  });
}

void lstm_backward(ConstMatrixView gates, ConstMatrixView before, ConstMatrixView state,
                   ConstMatrixView dstate, MatrixView dgates, Into dc_before, Threads& threads) {
  constexpr std::string_view name = "lstm_backward";
  const Index d = state.n_columns / 2;
  require_shapes(gates.shape() == Shape{state.n_rows, 4 * d}, name, "state", state.shape(), "gates",
                 gates.shape());
  require_same_shape(name, "state", state.shape(), "before", before.shape());
  require_same_shape(name, "state", state.shape(), "dstate", dstate.shape());
  require_same_shape(name, "gates", gates.shape(), "dgates", dgates.shape());
  const bool is_wanted = dc_before.is_wanted();
  require_shapes(!is_wanted || dc_before.shape() == Shape{state.n_rows, d}, name, "state",
                 state.shape(), "dc_before", dc_before.shape());
  each_row(threads, gates.n_rows, gates.n_columns,
           [&, target = Target(dc_before), &rows = active_kernels().rows](Index i) {
             const kernel::LstmRow row{gates.row(i), before.row(i) + d, state.row(i) + d,
                                       dstate.row(i), dstate.row(i) + d};
             if (!is_wanted) return rows.lstm_backward(row, d, dgates.row(i), nullptr);
             write_run(target, i, 0, d, rows,
                       [&](float* out) { rows.lstm_backward(row, d, dgates.row(i), out); });
           });
}

}  // namespace transformer
