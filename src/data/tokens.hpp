// A line of text as tokens, and tokens as a line of text.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "src/data/characters.hpp"

namespace transformer {

/// Puts what white space separates in a line of valid UTF-8 into `tokens`; they are views of
/// `line`.
void split(std::string_view line, std::vector<std::string_view>& tokens);
/// The same in a vector of their own.
std::vector<std::string_view> split(std::string_view line);

/// The tokens with one space between two.
std::string with_spaces(std::span<const std::string_view> tokens);

/// As `split`, with each punctuation mark a token of its own. An apostrophe between two letters
/// ends its token, so that the elisions of French and English come apart: "l'arbre" is "l'" and
/// "arbre". Hyphens inside words, and points and commas inside numbers, stay.
std::vector<std::string_view> split_at_marks(std::string_view line);

/// The tokens of `split_at_marks` with one space between two. Where the line has none, one of the
/// two tokens says so by a joiner, as `\uFFED.` in "end \uFFED.": a mark at its begin, else the
/// token before it at its end.
std::string mark_joints(std::string_view line);
/// The line that such tokens come from, but for how much white space stood between two words.
std::string undo_joints(std::span<const std::string_view> tokens);
/// A token without its joiners.
std::string_view without_joiners(std::string_view token);
/// The character that is a joiner, U+FFED.
inline constexpr std::string_view joiner = "\uFFED";

/// Pieces as words, where "@@" ends a piece that goes on: "ca@@ t" is "cat".
std::string undo_pieces(std::span<const std::string_view> pieces);

}  // namespace transformer
