// The check at the door of every operation and every kernel: do the shapes fit?
#pragma once

#include <algorithm>
#include <span>
#include <string_view>

#include "src/base/error.hpp"
#include "src/tensor/view.hpp"

namespace transformer {

/// Throws Error (internal) "<who>: <a's name> is (..), <b's name> is (..)". Kept out of its
/// callers, so that all a kernel pays for its check is the comparison.
[[noreturn, gnu::cold, gnu::noinline]] inline void shapes_do_not_fit(
    std::string_view who, std::string_view a_name, Shape a, std::string_view b_name, Shape b) {
  fail(ExitCode::internal, "{}: {} is ({}, {}), {} is ({}, {})", who, a_name, a.n_rows, a.n_columns,
       b_name, b.n_rows, b.n_columns);
}

/// Throws as `shapes_do_not_fit` does unless `fits`: in every build, since it is that cheap.
[[gnu::always_inline]] inline void require_shapes(bool fits, std::string_view who,
                                                  std::string_view a_name, Shape a,
                                                  std::string_view b_name, Shape b) {
  if (!fits) [[unlikely]]
    shapes_do_not_fit(who, a_name, a, b_name, b);
}

/// The same for two matrices of one shape.
[[gnu::always_inline]] inline void require_same_shape(std::string_view who, std::string_view a_name,
                                                      Shape a, std::string_view b_name, Shape b) {
  require_shapes(a == b, who, a_name, a, b_name, b);
}

/// Throws Error (internal) where a token is no row of a table.
inline void require_rows(std::string_view who, std::span<const TokenId> tokens, Index n_rows) {
  for (const TokenId token : tokens) {
    if (0 <= token && token < n_rows) [[likely]]
      continue;
    fail(ExitCode::internal, "{}: row {} is wanted of a table of {} rows", who, token, n_rows);
  }
}

/// Throws Error (internal) where the offsets of the sentences of `side` do not begin at 0, fall, or
/// end elsewhere than with its last row.
inline void require_segments(std::string_view who, std::string_view side, const Segments& segments,
                             Index n_rows) {
  const bool are_sorted = std::is_sorted(segments.offsets.begin(), segments.offsets.end());
  const Index first = segments.count() > 0 ? segments.begin(0) : 0;
  if (are_sorted && first == 0 && segments.n_rows() == n_rows) return;
  fail(
      ExitCode::internal,
      "{}: {} has {} rows, the offsets of its {} sentences go from {} to {}; they must rise from 0 "
      "to its rows",
      who, side, n_rows, segments.count(), first, segments.n_rows());
}

}  // namespace transformer
