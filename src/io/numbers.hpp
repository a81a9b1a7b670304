// Numbers as people and files write them.
#pragma once

#include <charconv>
#include <locale>
#include <optional>
#include <sstream>
#include <string>
#include <string_view>
#include <type_traits>

namespace transformer {

/// The number that `text` is from its first character to its last: in decimal digits, so that 010
/// is ten, with a point where it is a fraction, whatever the reader's language. Nothing where the
/// text is anything else (0x10, nan, 1e400, nothing at all) or the type cannot hold the number.
template <class Number>
std::optional<Number> number_in(std::string_view text) {
  Number number{};
  if constexpr (std::is_integral_v<Number>) {
    const char* const end = text.data() + text.size();
    const auto [read_up_to, error] = std::from_chars(text.data(), end, number);
    if (error != std::errc{} || read_up_to != end) return {};
  } else {
    if (text.find_first_not_of("0123456789+-.eE") != std::string_view::npos) return {};
    std::istringstream digits{std::string(text)};
    digits.imbue(std::locale::classic());
    if (!(digits >> number) || digits.peek() != std::istringstream::traits_type::eof()) return {};
  }
  return number;
}

}  // namespace transformer
