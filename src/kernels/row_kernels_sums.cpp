// The row kernels that add rows up. A sum must not depend on the number of threads: so each thread
// has columns of its own, or the rows are cut into blocks whose size depends on nothing but their
// number, and the sums of the blocks are added in order.
#include <array>
#include <cassert>
#include <vector>

#include "src/kernels/dropout_rule.hpp"
#include "src/kernels/kernels.hpp"
#include "src/kernels/row_split.hpp"
#include "src/kernels/table.hpp"

namespace transformer {

using kernel::active_kernels;
using kernel::each_column_range;

namespace {

struct alignas(64) CacheLine {
  static constexpr Index size = 16;
  float numbers[size];
};

/// The gradients of layer normalisation, block of rows by block of rows; `then(begin, end)` is
/// called for each block, whose dx is still in the cache.
template <class Then>
void layer_norm_backward_in_blocks(ConstMatrixView x, const float* gain,
                                   const LayerNormMoments& moments, ConstMatrixView dy,
                                   MatrixView dx, bool accumulate, float* dgain, float* dbias,
                                   Threads& threads, Then then) {
  // Each block of rows has a dgain and a dbias of its own. The memory for them is kept.
  constexpr Index max_blocks = 32;
  const Index n = x.n_columns;
  const Index block = std::max<Index>(16, (x.n_rows + max_blocks - 1) / max_blocks);
  const Index n_blocks = (x.n_rows + block - 1) / block;
  const Index width = round_up(n, CacheLine::size);
  thread_local std::vector<CacheLine> memory;
  memory.resize(std::max<size_t>(memory.size(), max_blocks * 2 * width / CacheLine::size));
  const MatrixView dgains(memory.data()->numbers, n_blocks, n, 2 * width);
  const MatrixView dbiases(dgains.data + width, n_blocks, n, 2 * width);

  const kernel::RowKernels rows = active_kernels().rows;
  threads.parallel_for(n_blocks, [&](Index b) {
    std::fill_n(dgains.row(b), n, 0.0f);
    std::fill_n(dbiases.row(b), n, 0.0f);
    // A few rows at a time, so that `then` finds them in the first cache.
    constexpr Index at_once = 4;
    const Index block_end = std::min(x.n_rows, (b + 1) * block);
    for (Index i = b * block; i < block_end; i += at_once) {
      const Index end = std::min(block_end, i + at_once);
      rows.layer_norm_backward({.x = x.row(i),
                                .x_stride = x.stride,
                                .mean = moments.mean + i,
                                .reciprocal_deviation = moments.reciprocal_deviation + i,
                                .dy = dy.row(i),
                                .dy_stride = dy.stride,
                                .dx = dx.row(i),
                                .dx_stride = dx.stride,
                                .n_rows = end - i,
                                .n = n,
                                .accumulate = accumulate},
                               gain, dgains.row(b), dbiases.row(b));
      then(i, end);
    }
  });
  rows.add_rows(dgains.data, dgains.stride, n_blocks, n, dgain);
  rows.add_rows(dbiases.data, dbiases.stride, n_blocks, n, dbias);
}

}  // namespace

void layer_norm_backward(ConstMatrixView x, const float* gain, LayerNormMoments moments,
                         ConstMatrixView dy, MatrixView dx, bool accumulate, float* dgain,
                         float* dbias, Threads& threads) {
  assert(same_shape(x, dy) && same_shape(x, dx));
  layer_norm_backward_in_blocks(x, gain, moments, dy, dx, accumulate, dgain, dbias, threads,
                                [](Index, Index) {});
}

void residual_layer_norm_backward(ConstMatrixView sum, const float* gain, LayerNormMoments moments,
                                  ConstMatrixView dy, const Dropout& dropout, MatrixView dx,
                                  bool accumulate, MatrixView dsublayer, float* dgain, float* dbias,
                                  Threads& threads) {
  assert(same_shape(sum, dy) && same_shape(sum, dsublayer));
  assert(dx.empty() || (same_shape(sum, dx) && dx.data != dsublayer.data));
  const kernel::DropoutRule rule = kernel::rule_of(dropout);
  const Index n = sum.n_columns;
  const auto share = [&, rows = active_kernels().rows](Index begin, Index end) {
    for (Index i = begin; i < end; ++i) {
      float* dsum = dsublayer.row(i);
      if (!dx.empty() && accumulate) rows.add(dsum, dx.row(i), n, dx.row(i));
      if (!dx.empty() && !accumulate) std::copy_n(dsum, n, dx.row(i));
      if (rule.threshold > 0) rows.dropout(dsum, n, rule, kernel::first_element(i, n), dsum);
    }
  };
  layer_norm_backward_in_blocks(sum, gain, moments, dy, dsublayer, false, dgain, dbias, threads,
                                share);
}

void scatter_add_rows(ConstMatrixView dy, std::span<const TokenId> tokens, float scale,
                      MatrixView table, Threads& threads) {
  assert(std::ssize(tokens) == dy.n_rows && table.n_columns == dy.n_columns);
  const kernel::RowKernels rows = active_kernels().rows;
  each_column_range(threads, dy.n_rows, dy.n_columns, [&](Index begin, Index end) {
    for (Index i = 0; i < dy.n_rows; ++i) {
      assert(0 <= tokens[i] && tokens[i] < table.n_rows);
      rows.add_scaled(dy.row(i) + begin, scale, end - begin, table.row(tokens[i]) + begin);
    }
  });
}

void sum_rows(ConstMatrixView x, float* sums, bool accumulate, Threads& threads) {
  const kernel::RowKernels rows = active_kernels().rows;
  each_column_range(threads, x.n_rows, x.n_columns, [&](Index begin, Index end) {
    if (!accumulate) std::fill(sums + begin, sums + end, 0.0f);
    rows.add_rows(x.data + begin, x.stride, x.n_rows, end - begin, sums + begin);
  });
}

double sum_of_squares(std::span<const float> x, Threads& threads) {
  constexpr Index max_blocks = 64;
  const Index n = std::ssize(x);
  const Index block = std::max(kernel::task_size, (n + max_blocks - 1) / max_blocks);
  std::array<double, max_blocks> sums{};
  threads.parallel_ranges(n, block, [&, rows = active_kernels().rows](Index begin, Index end) {
    sums[begin / block] = rows.sum_of_squares(x.data() + begin, end - begin);
  });
  double total = 0;
  for (const double sum : sums) total += sum;
  return total;
}

}  // namespace transformer
