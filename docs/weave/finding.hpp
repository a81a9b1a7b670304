// What is wrong with a page, and where.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace transformer::weave {

/// One thing that is wrong: the line of the page (from 0), one sentence, and, where two texts
/// differ, the lines in which they do.
struct Finding {
  std::size_t line;
  std::string message;
  std::string details = {};
};

using Findings = std::vector<Finding>;

}  // namespace transformer::weave
