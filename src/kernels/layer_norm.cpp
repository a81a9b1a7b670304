// Layer normalisation, alone and with the sum and the dropout before it, on views and threads. The
// gradients of gain and bias are sums over all rows, which must not depend on the number of
// threads: the rows are cut into blocks whose size depends on nothing but their number, and the
// sums of the blocks are added in order.
#include <algorithm>
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
using kernel::DropoutRule;
using kernel::each_row;
using kernel::first_element;
using kernel::RowMoments;
using kernel::rule_of;
using kernel::Target;

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

namespace {

struct alignas(64) CacheLine {
  static constexpr Index size = 16;
  float numbers[size];
};

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
    sum_rows(dgains, dgain);
    sum_rows(dbiases, dbias);
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
  const DropoutRule keep_all, rule = rule_of(dropout);
  const Target to_x(dx), to_sublayer(dsublayer);
  const Index n = sum.n_columns;
  const kernel::RowKernels& rows = active_kernels().rows;
  const auto hand_on = [&](const Target& to, const DropoutRule& by, Index i, const float* dsum) {
    if (to.view.empty()) return;
    kernel::drop_run(rows, by, dsum, n, first_element(i, n), to.view.row(i), to.adds);
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

}  // namespace transformer
