// What the row kernels have to know to drop.
#pragma once

#include <algorithm>
#include <cassert>
#include <cmath>

#include "src/kernels/kernels.hpp"
#include "src/kernels/row_table.hpp"

namespace transformer::kernel {

inline DropoutRule rule_of(const Dropout& dropout) {
  assert(0 <= dropout.p && dropout.p < 1);
  constexpr long largest_half_word = 0xFFFF;  // it stays, so that something does
  const double p = dropout.p;
  const long threshold = std::min(std::lround(p * 0x1p16), largest_half_word);
  return {dropout.key, static_cast<std::uint32_t>(threshold), static_cast<float>(1 / (1 - p))};
}

/// The number of a row's first element: which random words belong to it.
inline std::uint64_t first_element(Index row, Index n_columns) {
  return static_cast<std::uint64_t>(row) * static_cast<std::uint64_t>(n_columns);
}

}  // namespace transformer::kernel
