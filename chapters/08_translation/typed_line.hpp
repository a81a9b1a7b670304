// A line as a reader types it, with capitals, marks and words that the model never saw.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "src/data/tokenizer.hpp"
#include "src/data/vocabulary.hpp"

namespace transformer {

/// What becomes of it.
struct TypedLine {
  std::vector<TokenId> ids;           ///< A model may cut them to its number of positions.
  size_t n_words = 0;                 ///< How many there were.
  std::vector<std::string> unknown;   ///< Words that the vocabulary does not have, as typed.
  std::vector<std::string> left_out;  ///< Marks that it does not have: the model does not see them.
  std::string end_mark;               ///< Those of them that end the line.
  std::string begin_mark;  ///< Those that begin it, where all others end it, such as quotes.
};

/// Splits a line of valid UTF-8 as training did. A word that the vocabulary does not have is tried
/// in lower case, then without the marks around it, then with all its marks split off; what it does
/// not have even so is unknown. Quotation marks that it does not have are tried as it writes them.
/// Where pieces are learned, it has a word whose pieces it has, and in a line that is all in
/// capitals a word is taken in lower case where that is fewer pieces.
TypedLine read_typed_line(std::string_view line, const Tokenizer& tokenizer,
                          const Vocabulary& vocabulary);

/// What standard error says of some lines: `unknown: zebra, giraffe (2 of 11 words)`, and which
/// marks were left out; nothing where all was known.
std::string report_unknown(const std::vector<TypedLine>& lines);

}  // namespace transformer
