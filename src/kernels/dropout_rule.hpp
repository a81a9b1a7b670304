// What the row kernels have to know to drop.
#pragma once

#include <algorithm>
#include <cmath>

#include "src/base/error.hpp"
#include "src/kernels/kernels.hpp"
#include "src/kernels/row_table.hpp"
#include "src/kernels/target.hpp"

namespace transformer::kernel {

/// Throws Error (internal) where p is not in [0, 1).
inline DropoutRule rule_of(const Dropout& dropout) {
  if (!(0 <= dropout.p && dropout.p < 1)) {
    fail(ExitCode::internal, "dropout: p is {}; it must be at least 0 and less than 1", dropout.p);
  }
  constexpr long largest_half_word = 0xFFFF;  // it stays, so that something does
  const long threshold = std::min(std::lround(double{dropout.p} * 0x1p16), largest_half_word);
  // The share that stays is that of the rounded threshold, so its mean is kept.
  const double kept = 1.0 - static_cast<double>(threshold) * 0x1p-16;
  return {dropout.key, static_cast<std::uint32_t>(threshold), static_cast<float>(1 / kept)};
}

/// The number of a row's first element: which random words belong to it.
inline std::uint64_t first_element(Index row, Index n_columns) {
  return static_cast<std::uint64_t>(row) * static_cast<std::uint64_t>(n_columns);
}

/// Puts what dropout leaves of n numbers into a place, the first of which is element `first`. A
/// rule with threshold 0 leaves all of them as they are.
inline void drop_run(const RowKernels& rows, const DropoutRule& rule, const float* x, Index n,
                     std::uint64_t first, float* out, bool adds) {
  if (rule.threshold > 0 && adds) return rows.residual_dropout(out, x, n, rule, first, out);
  if (rule.threshold > 0) return rows.dropout(x, n, rule, first, out);
  copy_run(rows, x, n, out, adds);
}

}  // namespace transformer::kernel
