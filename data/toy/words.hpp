// Words on their way to a sentence.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

namespace transformer::toy {

using Words = std::vector<std::string>;

/// Appends the words of `text`, which are separated by one space.
inline void say(Words& words, std::string_view text) {
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    words.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

/// The sentence: the words with one space between them.
inline std::string joined(const Words& words) {
  std::string sentence;
  for (const std::string& word : words) {
    if (!sentence.empty()) sentence += ' ';
    sentence += word;
  }
  return sentence;
}

}  // namespace transformer::toy
