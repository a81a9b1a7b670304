#include "src/data/characters.hpp"

#include <utf8.h>
#include <utf8proc.h>

#include <algorithm>
#include <cstdlib>
#include <iterator>
#include <memory>

namespace transformer {
namespace {

constexpr std::u32string_view symbols_of_ascii = U"$+<=>^`|~";

/// Soft hyphen, zero-width space, word joiner, byte order mark.
constexpr std::u32string_view unseen = U"\u00AD\u200B\u2060\uFEFF";

/// True where nothing is to be composed and nothing is unseen: no character below U+0300, whose
/// first byte is 0xCC, combines with the one before it.
bool is_settled(std::string_view text) {
  const auto is_below = [](char c) { return static_cast<unsigned char>(c) < 0xCC; };
  return std::all_of(text.begin(), text.end(), is_below) &&
         text.find("\u00AD") == std::string_view::npos;
}

std::string composed(const std::string& text) {
  utf8proc_uint8_t* made = nullptr;
  const auto* bytes = reinterpret_cast<const utf8proc_uint8_t*>(text.data());
  const auto options = static_cast<utf8proc_option_t>(UTF8PROC_STABLE | UTF8PROC_COMPOSE);
  const utf8proc_ssize_t length =
      utf8proc_map(bytes, static_cast<utf8proc_ssize_t>(text.size()), &made, options);
  const std::unique_ptr<utf8proc_uint8_t, decltype(&std::free)> owner(made, std::free);
  return length < 0 ? text
                    : std::string(reinterpret_cast<const char*>(made), static_cast<size_t>(length));
}

/// Unicode's Stream-Safe Text Format (UAX #15, section 13): more than 30 characters that combine
/// with the one before them are divided by a joiner that is not seen. Without it, putting them into
/// order would take time that is quadratic in their number.
class StreamSafe {
 public:
  void append(char32_t c, std::string& text) {
    const bool combines = utf8proc_get_property(static_cast<utf8proc_int32_t>(c))->combining_class;
    n_combining_ = combines ? n_combining_ + 1 : 0;
    if (n_combining_ > most) {
      utf8::unchecked::append(combining_grapheme_joiner, std::back_inserter(text));
      n_combining_ = 1;
    }
    utf8::unchecked::append(c, std::back_inserter(text));
  }

 private:
  static constexpr int most = 30;
  static constexpr char32_t combining_grapheme_joiner = 0x034F;
  int n_combining_ = 0;
};

template <class Change>
std::string each_character(std::string_view text, Change change) {
  std::string result;
  for (auto position = text.begin(); position != text.end();) {
    change(static_cast<char32_t>(utf8::unchecked::next(position)), result);
  }
  return result;
}

void append(char32_t character, std::string& text) {
  utf8::unchecked::append(character, std::back_inserter(text));
}

}  // namespace

bool is_white_space(char32_t c) {
  return (c >= 0x09 && c <= 0x0D) || (c >= 0x1C && c <= 0x20) || c == 0x85 || c == 0xA0 ||
         c == 0x1680 || (c >= 0x2000 && c <= 0x200A) || c == 0x2028 || c == 0x2029 || c == 0x202F ||
         c == 0x205F || c == 0x3000;
}

bool is_mark(char32_t c) {
  switch (utf8proc_category(static_cast<utf8proc_int32_t>(c))) {
    case UTF8PROC_CATEGORY_PC:
    case UTF8PROC_CATEGORY_PD:
    case UTF8PROC_CATEGORY_PS:
    case UTF8PROC_CATEGORY_PE:
    case UTF8PROC_CATEGORY_PI:
    case UTF8PROC_CATEGORY_PF:
    case UTF8PROC_CATEGORY_PO:
    case UTF8PROC_CATEGORY_SC:
      return true;
    default:
      return symbols_of_ascii.find(c) != symbols_of_ascii.npos;
  }
}

bool begins_with_mark(std::string_view text) {
  auto begin = text.begin();
  return !text.empty() && is_mark(static_cast<char32_t>(utf8::unchecked::next(begin)));
}

bool ends_with_mark(std::string_view text) {
  if (text.empty()) return false;
  auto end = text.end();
  return is_mark(static_cast<char32_t>(utf8::unchecked::prior(end)));
}

std::string lower_case(std::string_view text) {
  return each_character(text, [](char32_t c, std::string& lower) {
    append(static_cast<char32_t>(utf8proc_tolower(static_cast<utf8proc_int32_t>(c))), lower);
  });
}

bool is_in_capitals(std::string_view text) {
  int n_capitals = 0;
  for (auto position = text.begin(); position != text.end();) {
    const auto c = static_cast<utf8proc_int32_t>(utf8::unchecked::next(position));
    if (utf8proc_toupper(c) != c) return false;
    n_capitals += utf8proc_tolower(c) != c;
  }
  return n_capitals > 1;
}

std::string normalised(std::string text) {
  if (is_settled(text)) return text;
  StreamSafe safe;
  return composed(each_character(text, [&](char32_t c, std::string& seen) {
    if (unseen.find(c) == unseen.npos) safe.append(c, seen);
  }));
}

std::string without_ignorable(std::string_view text) {
  return each_character(text, [](char32_t c, std::string& rest) {
    if (!utf8proc_get_property(static_cast<utf8proc_int32_t>(c))->ignorable) append(c, rest);
  });
}

}  // namespace transformer
