// Rows of random digits: what the learners of this chapter and the next are shown.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "src/base/index.hpp"

namespace transformer {

inline constexpr Index n_digits = 10, digits_per_row = 6;

struct Digits {
  /// Batch `number` of `n_rows` rows: the same number gives the same rows.
  explicit Digits(std::uint32_t number, Index n_rows = 32);

  std::vector<TokenId> given, sorted;  ///< Row after row; `sorted` has each row in order.
  std::vector<Index> offsets{0};       ///< Of the rows.
};

/// Such as "3 5 5 0 7 6".
std::string digits_text(std::span<const TokenId> digits);

}  // namespace transformer
