// What the tests of the toy corpus share.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

namespace transformer::test {

/// The words of a line, which are separated by one space each.
inline std::vector<std::string> words_of(const std::string& line) {
  std::vector<std::string> words;
  for (std::size_t begin = 0; begin <= line.size();) {
    const std::size_t end = std::min(line.find(' ', begin), line.size());
    words.push_back(line.substr(begin, end - begin));
    begin = end + 1;
  }
  return words;
}

}  // namespace transformer::test
