// The kernels that treat each number on its own, on views and threads.
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
using kernel::each_row;
using kernel::each_run;
using kernel::Target;
using kernel::write_run;

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
