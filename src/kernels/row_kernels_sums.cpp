// The row kernels that add rows up. A sum must not depend on the number of threads: so each thread
// has columns of its own, or the numbers are cut into blocks whose size depends on nothing but how
// many they are, and the sums of the blocks are added in order.
#include <algorithm>
#include <array>

#include "src/kernels/kernels.hpp"
#include "src/kernels/row_split.hpp"
#include "src/kernels/table.hpp"
#include "src/kernels/target.hpp"
#include "src/tensor/shapes.hpp"

namespace transformer {

using kernel::active_kernels;
using kernel::each_column_range;
using kernel::Target;

namespace {

/// sums = or += the sum of the rows, in their order.
void add_up(ConstMatrixView rows, const Target& sums) {
  if (sums.view.empty()) return;
  if (!sums.adds) std::fill_n(sums.view.data, sums.view.n_columns, 0.0f);
  active_kernels().rows.add_rows(rows.data, rows.stride, rows.n_rows, rows.n_columns,
                                 sums.view.data);
}

}  // namespace

void scatter_add_rows(ConstMatrixView dy, std::span<const TokenId> tokens, float scale, Into table,
                      Threads& threads) {
  if (!table.is_wanted()) return;
  const Target target(table);
  require_shapes(std::ssize(tokens) == dy.n_rows && target.view.n_columns == dy.n_columns,
                 "scatter_add_rows", "dy", dy.shape(), "table", table.shape());
  require_rows("scatter_add_rows", tokens, target.view.n_rows);
  const kernel::RowKernels& rows = active_kernels().rows;
  each_column_range(threads, dy.n_rows, dy.n_columns, [&](Index begin, Index end) {
    for (Index i = 0; i < target.view.n_rows && !target.adds; ++i) {
      std::fill(target.view.row(i) + begin, target.view.row(i) + end, 0.0f);
    }
    for (Index i = 0; i < dy.n_rows; ++i) {
      const TokenId token = tokens[static_cast<size_t>(i)];
      rows.add_scaled(dy.row(i) + begin, scale, end - begin, target.view.row(token) + begin);
    }
  });
}

void sum_rows(ConstMatrixView x, Into sums, Threads& threads) {
  if (!sums.is_wanted()) return;
  require_shapes(sums.shape() == Shape{1, x.n_columns}, "sum_rows", "x", x.shape(), "sums",
                 sums.shape());
  each_column_range(threads, x.n_rows, x.n_columns, [&](Index begin, Index end) {
    add_up(x.columns(begin, end), Target(sums.columns(begin, end)));
  });
}

double sum_of_squares(std::span<const float> x, Threads& threads) {
  constexpr Index max_blocks = 64;
  const Index n = std::ssize(x);
  const Index block = std::max(kernel::task_size, (n + max_blocks - 1) / max_blocks);
  std::array<double, max_blocks> sums{};
  threads.parallel_ranges(n, block, [&, &rows = active_kernels().rows](Index begin, Index end) {
    sums[begin / block] = rows.sum_of_squares(x.data() + begin, end - begin);
  });
  double total = 0;
  for (const double sum : sums) total += sum;
  return total;
}

}  // namespace transformer
