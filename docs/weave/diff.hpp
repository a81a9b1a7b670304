// The difference of two texts, line by line.
#pragma once

#include <cstddef>
#include <string>

#include "docs/weave/text.hpp"

namespace transformer::weave {

/// Where two texts differ: the first line of `before` (from 0) that is gone or has something new
/// before it, and all differences with the lines around them. `-` marks lines of `before`, `+`
/// those of `after`; `@@ line N @@` gives the line where a group begins, if `before` begins on
/// line `first_line` (from 0) of its page.
struct Difference {
  std::size_t line;
  std::string text;
};

/// The difference of two texts that are not equal.
Difference difference(const Lines& before, const Lines& after, std::size_t first_line);

}  // namespace transformer::weave
