// The row kernels that add rows up. A sum must not depend on the number of threads: so each thread
// has columns of its own, or the rows are cut into blocks whose size depends on nothing but their
// number, and the sums of the blocks are added in order.
#include <algorithm>
#include <array>
#include <initializer_list>
#include <vector>

#include "src/kernels/dropout_rule.hpp"
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

struct alignas(64) CacheLine {
  static constexpr Index size = 16;
  float numbers[size];
};

/// sums = or += the sum of the rows, in their order.
void add_up(ConstMatrixView rows, const Target& sums) {
  if (sums.view.empty()) return;
  if (!sums.adds) std::fill_n(sums.view.data, sums.view.n_columns, 0.0f);
  active_kernels().rows.add_rows(rows.data, rows.stride, rows.n_rows, rows.n_columns,
                                 sums.view.data);
}

/// What the backward passes of layer normalisation share.
struct NormBackward {
  ConstMatrixView x;
  ConstMatrixView gain;
  LayerNormMoments moments;
  ConstMatrixView dy;

  void require_shapes_of(std::string_view kernel, std::initializer_list<Into> same_as_x,
                         std::initializer_list<Into> rows) const {
    require_same_shape(kernel, "x", x.shape(), "dy", dy.shape());
    require_shapes(gain.shape() == Shape{1, x.n_columns}, kernel, "x", x.shape(), "gain",
                   gain.shape());
    for (const Into& into : same_as_x) {
      require_shapes(!into.is_wanted() || into.shape() == x.shape(), kernel, "x", x.shape(),
                     "a gradient", into.shape());
    }
    for (const Into& into : rows) {
      require_shapes(!into.is_wanted() || into.shape() == gain.shape(), kernel, "gain",
                     gain.shape(), "its gradient", into.shape());
    }
    for (const std::span<float> each : {moments.mean, moments.reciprocal_deviation}) {
      require_shapes(std::ssize(each) >= x.n_rows, kernel, "x", x.shape(), "a moment",
                     {std::ssize(each), 1});
    }
  }

  /// Works out the gradients block by block of rows: `rows(begin, end, dgain, dbias)` adds those of
  /// some rows to two rows of the block's own, which are added up in the end.
  template <class Rows>
  void in_blocks(Into dgain, Into dbias, Threads& threads, Rows rows) const {
    constexpr Index max_blocks = 32;
    const Index n = x.n_columns;
    const Index block = std::max<Index>(16, (x.n_rows + max_blocks - 1) / max_blocks);
    const Index n_blocks = (x.n_rows + block - 1) / block;
    const Index width = round_up(n, CacheLine::size);
    thread_local std::vector<CacheLine> memory;  // it is kept
    memory.resize(std::max<size_t>(memory.size(),
                                   static_cast<size_t>(max_blocks * 2 * width / CacheLine::size)));
    const MatrixView dgains(memory.data()->numbers, n_blocks, n, 2 * width);
    const MatrixView dbiases(dgains.data + width, n_blocks, n, 2 * width);

    threads.parallel_for(n_blocks, [&](Index b) {
      std::fill_n(dgains.row(b), n, 0.0f);
      std::fill_n(dbiases.row(b), n, 0.0f);
      // A few rows at a time, so that they stay in the first cache.
      const Index block_end = std::min(x.n_rows, (b + 1) * block);
      for (Index i = b * block; i < block_end; i += rows_at_once) {
        rows(i, std::min(block_end, i + rows_at_once), dgains.row(b), dbiases.row(b));
      }
    });
    add_up(dgains, Target(dgain));
    add_up(dbiases, Target(dbias));
  }

  /// Rows [begin, end) of dx, written to `dx` or added to it.
  void of_rows(Index begin, Index end, MatrixView dx, bool accumulate, float* dgain,
               float* dbias) const {
    active_kernels().rows.layer_norm_backward(
        {.x = x.row(begin),
         .x_stride = x.stride,
         .mean = moments.mean.data() + begin,
         .reciprocal_deviation = moments.reciprocal_deviation.data() + begin,
         .dy = dy.row(begin),
         .dy_stride = dy.stride,
         .dx = dx.data,
         .dx_stride = dx.stride,
         .n_rows = end - begin,
         .n = x.n_columns,
         .accumulate = accumulate},
        gain.data, dgain, dbias);
  }

  /// Memory for `rows_at_once` rows of the calling thread.
  MatrixView scratch_rows(Index n_rows) const {
    Arena& scratch = thread_scratch();
    scratch.rewind();
    return {scratch.allocate<float>(n_rows * x.n_columns).data(), n_rows, x.n_columns};
  }

  static constexpr Index rows_at_once = 4;
};

}  // namespace

void layer_norm_backward(ConstMatrixView x, ConstMatrixView gain, LayerNormMoments moments,
                         ConstMatrixView dy, const LayerNormGradients& gradients,
                         Threads& threads) {
  const NormBackward norm{x, gain, moments, dy};
  norm.require_shapes_of("layer_norm_backward", {gradients.dx}, {gradients.dgain, gradients.dbias});
  const Target to_x(gradients.dx);
  norm.in_blocks(gradients.dgain, gradients.dbias, threads,
                 [&](Index begin, Index end, float* dgain_b, float* dbias_b) {
                   const MatrixView rows = to_x.view.empty() ? norm.scratch_rows(end - begin)
                                                             : to_x.view.rows(begin, end);
                   norm.of_rows(begin, end, rows, to_x.adds, dgain_b, dbias_b);
                 });
}

void residual_layer_norm_backward(ConstMatrixView sum, ConstMatrixView gain,
                                  LayerNormMoments moments, ConstMatrixView dy,
                                  const Dropout& dropout, const ResidualNormGradients& gradients,
                                  Threads& threads) {
  const auto& [dx, dsublayer, dgain, dbias] = gradients;
  const NormBackward norm{sum, gain, moments, dy};
  norm.require_shapes_of("residual_layer_norm_backward", {dx, dsublayer}, {dgain, dbias});
  const kernel::DropoutRule keep_all, rule = kernel::rule_of(dropout);
  const Target to_x(dx), to_sublayer(dsublayer);
  const Index n = sum.n_columns;
  const kernel::RowKernels& rows = active_kernels().rows;
  const auto hand_on = [&](const Target& to, const kernel::DropoutRule& by, Index i,
                           const float* dsum) {
    if (to.view.empty()) return;
    kernel::drop_run(rows, by, dsum, n, kernel::first_element(i, n), to.view.row(i), to.adds);
  };
  norm.in_blocks(dgain, dbias, threads,
                 [&](Index begin, Index end, float* dgain_b, float* dbias_b) {
                   const MatrixView dsum = norm.scratch_rows(end - begin);
                   norm.of_rows(begin, end, dsum, false, dgain_b, dbias_b);
                   for (Index i = begin; i < end; ++i) {
                     hand_on(to_x, keep_all, i, dsum.row(i - begin));
                     hand_on(to_sublayer, rule, i, dsum.row(i - begin));
                   }
                 });
}

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
