#include "src/data/tokens.hpp"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

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
  BOOST_TEST(split(example.text, Splitting::punctuation) == example.tokens,
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(tokens_are_views_of_the_line_and_replace_the_last_ones) {
  const std::string line = "un deux";
  Tokens tokens = {"old"};
  split(line, Splitting::spaces, tokens);
  BOOST_TEST(tokens.size() == 2u);
  BOOST_TEST(tokens[1].data() == line.data() + 3);
}

const std::string_view sentences[] = {
    "",
    "I see him.",
    "je le vois .",
    "Vois-tu l'arbre?",
    "l’été, (enfin) là!",
    "She said \"yes\" and \"no\".",
    "aujourd'hui: 3.14; 50%",
    "“Yes”, he said…",
    "« oui »",
    "wait...",
};

BOOST_DATA_TEST_CASE(joining_undoes_splitting, sentences, sentence) {
  // Text with a space before a mark, as French has it, is the one thing that comes back otherwise.
  std::string expected(sentence);
  if (const size_t space = expected.find(" ."); space != expected.npos) expected.erase(space, 1);
  BOOST_TEST(join(split(sentence, Splitting::punctuation)) == expected);
}

BOOST_AUTO_TEST_CASE(pieces_become_words) {
  const auto words_of = [](std::string_view line, Splitting splitting) {
    return text_of(split(line, splitting), splitting);
  };
  BOOST_TEST(words_of("a  ca@@ r@@ t .", Splitting::pieces) == "a cart .");
  BOOST_TEST(words_of("a ca@@ t@@", Splitting::pieces) == "a cat");
  BOOST_TEST(words_of("@@ b", Splitting::pieces) == "b");
  BOOST_TEST(words_of("a  ca@@ t .", Splitting::spaces) == "a ca@@ t .");
  BOOST_TEST(words_of("I see him .", Splitting::punctuation) == "I see him.");
  BOOST_TEST(words_of("", Splitting::pieces) == "");
}

BOOST_AUTO_TEST_CASE(elisions_of_tokenised_text_are_joined) {
  BOOST_TEST(join(split("l' homme n' aime pas l' arbre .")) == "l'homme n'aime pas l'arbre.");
  BOOST_TEST(join(split("does he see it ?")) == "does he see it?");
}

}  // namespace
}  // namespace transformer
