#include "src/draw/number_text.hpp"

#include <fmt/format.h>

namespace transformer {

std::string number_text(double number, int digits) {
  std::string text = fmt::format("{:.{}f}", number, digits);
  const bool is_zero = text.find_first_not_of("-0.") == std::string::npos;
  if (is_zero && text.front() == '-') text.erase(0, 1);
  return text;
}

}  // namespace transformer
