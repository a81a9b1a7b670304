// What BLEU counts as a word.
#include <utf8.h>

#include <algorithm>
#include <string_view>

#include "chapters/08_translation/bleu.hpp"
#include "src/data/tokens.hpp"

namespace transformer {
namespace {

/// `text` without the white space at its end.
std::string_view without_trailing_space(std::string_view text) {
  auto end = text.begin();
  for (auto at = text.begin(); at != text.end();) {
    if (!is_white_space(utf8::unchecked::next(at))) end = at;
  }
  return text.substr(0, static_cast<size_t>(end - text.begin()));
}

void replace_all(std::string& text, std::string_view from, std::string_view to) {
  std::string replaced;
  size_t begin = 0;
  for (size_t at; (at = text.find(from, begin)) != std::string::npos; begin = at + from.size()) {
    replaced.append(text, begin, at - begin).append(to);
  }
  text = replaced.append(text, begin);
}

bool is_digit(char c) { return '0' <= c && c <= '9'; }
bool is_not_digit(char c) { return !is_digit(c); }
bool is_dash(char c) { return c == '-'; }
bool is_stop(char c) { return c == '.' || c == ','; }

/// ASCII's punctuation but for ' , - and the full stop; and the space.
bool is_symbol(char c) {
  return std::string_view(" !\"#$%&()*+/:;<=>?@[\\]^_`{|}~").find(c) != std::string_view::npos;
}

/// Puts a space on both sides of every symbol.
std::string space_out_symbols(std::string_view text) {
  std::string spaced;
  for (const char c : text) {
    if (is_symbol(c)) spaced += ' ';
    spaced += c;
    if (is_symbol(c)) spaced += ' ';
  }
  return spaced;
}

/// Puts a space between the two characters of every pair that matches, and `before` and `after`
/// around them. From left to right, and no character is in two pairs. Bytes may stand for
/// characters here: only the neighbours of ASCII characters matter.
template <class First, class Second>
std::string space_out_pairs(std::string_view text, First is_first, Second is_second,
                            std::string_view before, std::string_view after) {
  std::string spaced;
  for (size_t i = 0; i < text.size(); ++i) {
    const bool is_pair = i + 1 < text.size() && is_first(text[i]) && is_second(text[i + 1]);
    if (!is_pair) {
      spaced += text[i];
      continue;
    }
    spaced.append(before) += text[i];
    spaced += ' ';
    (spaced += text[i + 1]).append(after);
    ++i;
  }
  return spaced;
}

/// mteval-v13a.pl: the rules for all languages, then those for western ones.
std::string split_as_v13a(std::string_view sentence) {
  std::string text(sentence);
  replace_all(text, "<skipped>", "");
  replace_all(text, "-\n", "");  // a word hyphenated at the end of a line
  replace_all(text, "\n", " ");
  replace_all(text, "&quot;", "\"");
  replace_all(text, "&amp;", "&");
  replace_all(text, "&lt;", "<");
  replace_all(text, "&gt;", ">");

  text = space_out_symbols(" " + text + " ");
  text = space_out_pairs(text, is_not_digit, is_stop, "", " ");  // not 1.5
  text = space_out_pairs(text, is_stop, is_not_digit, " ", "");
  return space_out_pairs(text, is_digit, is_dash, "", " ");  // 1-2, not x-y
}

}  // namespace

std::string bleu_words(std::string_view sentence, BleuTokenizer tokenizer) {
  sentence = without_trailing_space(sentence);
  if (tokenizer == BleuTokenizer::none) return with_spaces(split(sentence));
  const std::string text = split_as_v13a(sentence);
  return with_spaces(split(text));
}

}  // namespace transformer
