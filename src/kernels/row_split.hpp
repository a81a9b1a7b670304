// How the row kernels' work is split between threads.
#pragma once

#include <algorithm>
#include <initializer_list>

#include "src/system/threads.hpp"
#include "src/tensor/view.hpp"

namespace transformer::kernel {

/// About how many numbers a task should visit: a few microseconds of work.
inline constexpr Index task_size = 16384;

/// Calls `visit(i)` for each row.
template <class Visit>
void each_row(Threads& threads, Index n_rows, Index n_columns, const Visit& visit) {
  const Index grain = std::max<Index>(1, task_size / std::max<Index>(1, n_columns));
  threads.parallel_ranges(n_rows, grain, [&](Index begin, Index end) {
    for (Index i = begin; i < end; ++i) visit(i);
  });
}

/// Calls `visit(i, j, n)` for runs of n numbers from (i, j) on that together are the whole matrix.
/// The runs go on over the ends of rows where none of the views has gaps there.
template <class Visit>
void each_run(Threads& threads, const MatrixView& out,
              std::initializer_list<ConstMatrixView> others, const Visit& visit) {
  bool has_gaps = !out.is_contiguous();
  for (const ConstMatrixView& other : others) has_gaps = has_gaps || !other.is_contiguous();
  if (has_gaps) {
    each_row(threads, out.n_rows, out.n_columns, [&](Index i) { visit(i, 0, out.n_columns); });
  } else {
    threads.parallel_ranges(out.size(), task_size,
                            [&](Index begin, Index end) { visit(0, begin, end - begin); });
  }
}

/// Calls `visit(begin, end)` for ranges of columns of a matrix (n_rows, n_columns), a whole number
/// of cache lines each: how a sum over rows is split, since each column has a sum of its own.
template <class Visit>
void each_column_range(Threads& threads, Index n_rows, Index n_columns, const Visit& visit) {
  constexpr Index cache_line = 16;
  if (n_columns == 0) return;
  const Index n_tasks = std::clamp<Index>(n_rows * n_columns / task_size, 1, 2 * threads.count());
  threads.parallel_ranges(n_columns, round_up((n_columns + n_tasks - 1) / n_tasks, cache_line),
                          visit);
}

}  // namespace transformer::kernel
