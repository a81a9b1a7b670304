// A line of text as tokens, and tokens as a line of text.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "src/data/characters.hpp"

namespace transformer {

/// What separates the tokens of a line.
enum class Splitting {
  spaces,       ///< White space: for text that is tokenised already.
  pieces,       ///< The same, for words that were cut: `@@` ends a piece that goes on.
  punctuation,  ///< And punctuation, each mark a token of its own: for text as people write it.
};

/// `spaces`, `pieces` or `punctuation`, as on a command line and in a checkpoint; nothing for
/// another word.
std::optional<Splitting> splitting_named(std::string_view name);
std::string_view name_of(Splitting splitting);

/// Puts the tokens of a line of valid UTF-8 into `tokens`; they are views of `line`.
///
/// With `Splitting::punctuation`, an apostrophe between two letters ends its token, so that the
/// elisions of French and English come apart: "l'arbre" is "l'" and "arbre". Hyphens inside words,
/// and points and commas inside numbers, stay.
void split(std::string_view line, Splitting splitting, std::vector<std::string_view>& tokens);

/// The tokens of `line` in a vector of their own.
std::vector<std::string_view> split(std::string_view line, Splitting splitting = Splitting::spaces);

/// Tokens as people would write them: no space before "," or ".", after "(" or after an elision.
std::string join(std::span<const std::string_view> tokens);

/// The line that tokens of a text with this splitting make: joined as above, or with one space
/// between two; pieces become words again.
std::string text_of(std::span<const std::string_view> tokens, Splitting splitting);

}  // namespace transformer
