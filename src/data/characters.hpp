// What Unicode says of characters. The one room that asks utf8proc.
#pragma once

#include <string>
#include <string_view>

namespace transformer {

/// True for the white space of Unicode (and U+001C to U+001F, as Python's `str.split` has it).
bool is_white_space(char32_t character);

/// True for the punctuation marks of all scripts, for signs of money, and for the symbols of ASCII.
bool is_mark(char32_t character);

/// True where the text begins, or ends, with a mark (`is_mark`). It must be UTF-8.
bool begins_with_mark(std::string_view text);
bool ends_with_mark(std::string_view text);

/// The text in lower case, in any script that has cases. It must be UTF-8.
std::string lower_case(std::string_view text);

/// True where the text has letters that have cases, two or more, and all of them are capitals. It
/// must be UTF-8.
bool is_in_capitals(std::string_view text);

/// The text as one way of writing it has it: composed characters (NFC), and none of those that
/// nobody sees (soft hyphens, zero-width spaces, word joiners, marks of the byte order inside a
/// text). It must be UTF-8; ASCII stays as it is.
std::string normalised(std::string text);

/// The text without what Unicode calls default ignorable: joiners and non-joiners of no width,
/// marks of direction, variation selectors, which change how letters look in some scripts, and
/// nothing in others. It must be UTF-8.
std::string without_ignorable(std::string_view text);

}  // namespace transformer
