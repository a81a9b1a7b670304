#include "chapters/05_encoder/program/digits.hpp"

#include <fmt/ranges.h>

#include <algorithm>

#include "src/base/philox.hpp"

namespace transformer {

Digits::Digits(std::uint32_t number, Index n_rows) {
  const RandomKey key{1, number};
  for (Index i = 0; i < n_rows * digits_per_row; ++i) {
    given.push_back(static_cast<TokenId>(key.below(static_cast<std::uint64_t>(i), n_digits)));
  }
  sorted = given;
  for (Index row = 0; row < n_rows; ++row) {
    offsets.push_back((row + 1) * digits_per_row);
    std::sort(sorted.begin() + offsets[static_cast<size_t>(row)], sorted.begin() + offsets.back());
  }
}

std::string digits_text(std::span<const TokenId> digits) {
  return fmt::format("{}", fmt::join(digits, " "));
}

}  // namespace transformer
