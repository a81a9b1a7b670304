// The one integer type for sizes, rows, columns and positions; and what every file relies on.
#pragma once

#include <cstddef>
#include <cstdint>

// A loss that is no number must be seen, and a sum has one order. (GCC says more than clang does.)
#if defined(__FAST_MATH__) || __FINITE_MATH_ONLY__ || defined(__ASSOCIATIVE_MATH__) || \
    defined(__RECIPROCAL_MATH__)
#error "-ffast-math and its parts give wrong results here; compile without them"
#endif

namespace transformer {

/// Signed, so that differences and downward loops mean what they say.
using Index = std::ptrdiff_t;

/// A token's number in its vocabulary.
using TokenId = std::int32_t;

/// The smallest multiple of `unit` that is not less than `n`.
constexpr Index round_up(Index n, Index unit) { return (n + unit - 1) / unit * unit; }

}  // namespace transformer
