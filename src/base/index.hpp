// The one integer type for sizes, rows, columns and positions.
#pragma once

#include <cstddef>
#include <cstdint>

namespace transformer {

/// Signed, so that differences and downward loops mean what they say.
using Index = std::ptrdiff_t;

/// A token's number in its vocabulary.
using TokenId = std::int32_t;

/// The smallest multiple of `unit` that is not less than `n`.
constexpr Index round_up(Index n, Index unit) { return (n + unit - 1) / unit * unit; }

}  // namespace transformer
