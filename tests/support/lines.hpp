// Lines one by one, as a tokenizer learns from them.
#pragma once

#include <string>
#include <vector>

#include "src/data/tokenizer.hpp"

namespace transformer::test {

/// One that has learned from these lines.
inline Tokenizer learned_from(const std::vector<std::string>& lines, Splitting splitting,
                              Index n_most) {
  size_t i = 0;
  const auto next_line = [&](std::string& line) {
    if (i == lines.size()) return false;
    line = lines[i++];
    return true;
  };
  return Tokenizer::learned(splitting, next_line, n_most);
}

}  // namespace transformer::test
