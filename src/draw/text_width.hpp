// How many columns a text takes on a terminal.
#pragma once

#include <algorithm>
#include <string_view>

#include "src/base/index.hpp"

namespace transformer {

/// The number of UTF-8 characters of `text`: its bytes that do not continue a character.
inline Index text_width(std::string_view text) {
  return std::count_if(text.begin(), text.end(),
                       [](char byte) { return (static_cast<unsigned char>(byte) & 0xC0) != 0x80; });
}

}  // namespace transformer
