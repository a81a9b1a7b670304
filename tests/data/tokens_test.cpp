#include "src/data/tokens.hpp"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include "src/base/philox.hpp"

namespace transformer {
namespace {

using Tokens = std::vector<std::string_view>;

struct Example {
  std::string_view text;
  Tokens tokens;
};
std::ostream& operator<<(std::ostream& out, const Example& example) { return out << example.text; }

const Example spaced[] = {
    {"", {}},
    {"   ", {}},
    {"one", {"one"}},
    {" one  two ", {"one", "two"}},
    {"a\tb\rc\vd\fe", {"a", "b", "c", "d", "e"}},
    {"a\u00A0b\u0085c\u1680d\u2000e\u200Af", {"a", "b", "c", "d", "e", "f"}},
    {"a\u2028b\u2029c\u202Fd\u205Fe\u3000f", {"a", "b", "c", "d", "e", "f"}},
    {"a\u200Bb", {"a\u200Bb"}},
    {"l'arbre, là.", {"l'arbre,", "là."}},
    {"</s> <s>", {"</s>", "<s>"}},
};

BOOST_DATA_TEST_CASE(white_space_of_unicode_separates, spaced, example) {
  BOOST_TEST(split(example.text) == example.tokens, boost::test_tools::per_element());
}

const Example punctuated[] = {
    {"", {}},
    {"Hello, world!", {"Hello", ",", "world", "!"}},
    {"l'arbre", {"l'", "arbre"}},
    {"l’été", {"l’", "été"}},
    {"aujourd'hui", {"aujourd'", "hui"}},
    {"don't", {"don'", "t"}},
    {"the dogs' tails", {"the", "dogs", "'", "tails"}},
    {"'quoted'", {"'", "quoted", "'"}},
    {"vois-tu ?", {"vois-tu", "?"}},
    {"- no", {"-", "no"}},
    {"3.14 and 1,000.", {"3.14", "and", "1,000", "."}},
    {"3.m", {"3", ".", "m"}},
    {"3./", {"3", ".", "/"}},
    {"3.é", {"3", ".", "é"}},
    {"m.3", {"m", ".", "3"}},
    {"end.Begin", {"end", ".", "Begin"}},
    {"wait...", {"wait", ".", ".", "."}},
    {"(a) [b] \"c\"", {"(", "a", ")", "[", "b", "]", "\"", "c", "\""}},
    {"« oui »", {"«", "oui", "»"}},
    {"“yes”—no", {"“", "yes", "”", "—", "no"}},
    {"¿qué?", {"¿", "qué", "?"}},
    {"</s>", {"<", "/", "s", ">"}},
    {"日本語", {"日本語"}},
};

BOOST_DATA_TEST_CASE(punctuation_marks_are_tokens_of_their_own, punctuated, example) {
  BOOST_TEST(split_at_marks(example.text) == example.tokens, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(tokens_are_views_of_the_line_and_replace_the_last_ones) {
  const std::string line = "un deux";
  Tokens tokens = {"old"};
  split(line, tokens);
  BOOST_TEST(tokens.size() == 2u);
  BOOST_TEST(tokens[1].data() == line.data() + 3);
}

// ---- And back -----------------------------------------------------------------------------------

const std::pair<std::string_view, std::string_view> marked[] = {
    {"", ""},
    {"I see him.", "I see him \uFFED."},
    {"je le vois .", "je le vois ."},
    {"l'été (là)!", "l'\uFFED été (\uFFED là \uFFED) \uFFED!"},
    {"wait...", "wait \uFFED. \uFFED. \uFFED."},
    {"„ja“ 3.14", "„\uFFED ja \uFFED“ 3.14"},
    {"a\uFFEDb", "a \uFFED\uFFED \uFFEDb"},
};

BOOST_AUTO_TEST_CASE(where_no_space_stands_a_token_says_so) {
  for (const auto& [line, tokens] : marked) BOOST_TEST(mark_joints(line) == tokens);
}

/// Words and marks in any order, with and without spaces, joiners among them.
std::string random_line(std::uint32_t number) {
  constexpr std::string_view parts[] = {"a", "7",  "é", "'", "’",      ".",  ",", "-",
                                        "?", "\"", "„", "“", "\uFFED", "@@", " ", " "};
  const RandomKey key{.seed = number};
  std::string line;
  for (std::uint64_t i = 0; i < key.below(99, 20); ++i) {
    line += parts[key.below(i, std::size(parts))];
  }
  return line;
}

BOOST_AUTO_TEST_CASE(the_line_comes_back_whatever_stands_in_it) {
  for (std::uint32_t number = 0; number < 5000; ++number) {
    const std::string line = random_line(number), expected = with_spaces(split(line));
    const std::string tokens = mark_joints(line);
    if (undo_joints(split(tokens)) == expected) continue;
    BOOST_ERROR("'" << line << "' became '" << tokens << "'");
  }
}

BOOST_AUTO_TEST_CASE(joiners_are_taken_off_and_a_joiner_stays) {
  BOOST_TEST(without_joiners("\uFFED.") == ".");
  BOOST_TEST(without_joiners("l'\uFFED") == "l'");
  BOOST_TEST(without_joiners("\uFFED-\uFFED") == "-");
  BOOST_TEST(without_joiners("\uFFED") == "\uFFED");
  BOOST_TEST(without_joiners("cat") == "cat");
}

BOOST_AUTO_TEST_CASE(pieces_become_words) {
  BOOST_TEST(undo_pieces(split("a  ca@@ r@@ t .")) == "a cart .");
  BOOST_TEST(undo_pieces(split("a ca@@ t@@")) == "a cat");
  BOOST_TEST(undo_pieces(split("@@ b")) == "b");
  BOOST_TEST(undo_pieces({}) == "");
}

}  // namespace
}  // namespace transformer
