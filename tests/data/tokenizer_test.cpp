#include "src/data/tokenizer.hpp"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include "src/data/tokens.hpp"
#include "tests/support/errors.hpp"
#include "tests/support/lines.hpp"

namespace transformer {

std::ostream& operator<<(std::ostream& out, Splitting splitting) {
  return out << name_of(splitting);
}

}  // namespace transformer

using namespace transformer;
using namespace transformer::test;

namespace {

const Splitting all[] = {Splitting::spaces, Splitting::pieces, Splitting::punctuation,
                         Splitting::bpe, Splitting::unigram};
const Splitting learned[] = {Splitting::bpe, Splitting::unigram};

const std::vector<std::string> lines = {
    "The cat sees the rat.", "Ein Hund, zwei Hunde: \u201EHund\u201C!", "l'arbre est-il l\u00E0 ?",
    "  the  cats\tsee the rats", "Hundert Hunde sehen Katzen"};

Tokenizer learn(Splitting splitting, const std::vector<std::string>& from, Index n_most = 60) {
  return learned_from(from, splitting, n_most);
}

std::string and_back(const Tokenizer& tokenizer, const std::string& line) {
  const std::string tokens = tokenizer.tokens_of(line);
  return tokenizer.text_of(split(tokens));
}

}  // namespace

BOOST_DATA_TEST_CASE(names_lead_back, all, splitting) {
  BOOST_TEST((splitting_named(name_of(splitting)) == splitting));
  BOOST_TEST(!splitting_named("words").has_value());
}

BOOST_DATA_TEST_CASE(lines_come_back_but_for_the_width_of_spaces, all, splitting) {
  const Tokenizer tokenizer = learn(splitting, lines);
  for (const std::string& line : lines) {
    BOOST_TEST(and_back(tokenizer, line) == with_spaces(split(line)));
  }
  BOOST_TEST(and_back(tokenizer, "") == "");
  BOOST_TEST(and_back(tokenizer, "dunno, zoo!") == "dunno, zoo!");
}

BOOST_DATA_TEST_CASE(pieces_are_learned_once_and_kept_as_bytes, learned, splitting) {
  const Tokenizer tokenizer = learn(splitting, lines), again = learn(splitting, lines);
  BOOST_TEST((tokenizer.model() == again.model()));
  const Tokenizer read(splitting, tokenizer.model(), "run");
  for (const std::string& line : lines) {
    BOOST_TEST(read.tokens_of(line) == tokenizer.tokens_of(line));
  }
  const Vocabulary vocabulary = tokenizer.vocabulary().value();
  BOOST_TEST(vocabulary.size() <= 60);
  for (const std::string& line : lines) {
    const std::string tokens = tokenizer.tokens_of(line);
    for (const std::string_view piece : split(tokens)) {
      BOOST_TEST(vocabulary.id(piece) != Vocabulary::unknown);
    }
  }
  BOOST_TEST(fails(ExitCode::bad_data,
                   "run: ", [&] { Tokenizer(splitting, tokenizer.model().substr(9), "run"); }));
}

BOOST_DATA_TEST_CASE(pieces_are_drawn_anew_for_every_seed, learned, splitting) {
  const Tokenizer tokenizer = learn(splitting, lines);
  const Vocabulary vocabulary = tokenizer.vocabulary().value();
  const auto drawn = [&](std::uint32_t seed, size_t most = 1000) {
    PackedSentences sampled;
    sampled.push(7);  // what was there before goes
    tokenizer.sample(lines, 0.3f, seed, most, sampled);
    return sampled;
  };
  const PackedSentences one = drawn(1), two = drawn(2), again = drawn(1);
  BOOST_TEST((one.tokens == again.tokens));
  BOOST_TEST((one.tokens != two.tokens));
  BOOST_REQUIRE(one.n_sentences() == std::ssize(lines));
  for (Index i = 0; i < one.n_sentences(); ++i) {
    const std::string& line = lines[static_cast<size_t>(i)];
    BOOST_TEST(tokenizer.text_of(vocabulary.decode(one.sentence(i))) == with_spaces(split(line)));
  }
  // Where that would be too long, as always.
  const PackedSentences shortest = drawn(1, 0);
  const std::string tokens = tokenizer.tokens_of(lines[0]);
  BOOST_TEST((vocabulary.decode(shortest.sentence(0)) == split(tokens)));
}

BOOST_AUTO_TEST_CASE(what_occurs_often_becomes_one_piece) {
  const std::vector<std::string> often(50, "lower lowest");
  BOOST_TEST(learn(Splitting::bpe, often, 20).tokens_of("lower") == "\u2581lower");
}

BOOST_DATA_TEST_CASE(nothing_to_learn_from_is_said, learned, splitting) {
  using Text = std::vector<std::string>;
  for (const Text& text : {Text{}, Text{"", " "}, Text{"\u2581", "\u2581 \u2581\u2581"}}) {
    BOOST_TEST(fails(ExitCode::bad_data, "the text has no words", [&] { learn(splitting, text); }));
  }
}

BOOST_DATA_TEST_CASE(a_line_of_nothing_but_spaces_teaches_nothing, learned, splitting) {
  std::vector<std::string> text(20, "lower lowest");
  const std::string model = learn(splitting, text, 20).model();
  text.insert(text.begin() + 3, {"", "\u2581", "\u2581 \u2581"});
  BOOST_TEST(learn(splitting, text, 20).model() == model);
}

BOOST_AUTO_TEST_CASE(without_learning_any_token_may_come) {
  BOOST_TEST(!Tokenizer(Splitting::spaces).vocabulary().has_value());
  BOOST_TEST(Tokenizer(Splitting::spaces).model().empty());
}
