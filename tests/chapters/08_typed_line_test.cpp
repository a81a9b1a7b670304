// Lines as people type them: capitals, marks, words that nobody taught.
#include "chapters/08_translation/typed_line.hpp"

#include <boost/test/unit_test.hpp>
#include <chrono>

#include "src/data/tokens.hpp"
#include "tests/support/lines.hpp"

using namespace transformer;

namespace {

const std::vector<std::string> words = {"the", "cat", "sees",     "l'",      "été",   "school", "?",
                                        ",",   "is",  "tea-time", "o'clock", "Paris", "U.S."};
const Vocabulary vocabulary(words);

/// The tokens with spaces between them, and what the other members say.
std::string as_text(const TypedLine& line) {
  std::string text;
  for (const TokenId id : line.ids) {
    text += (text.empty() ? "" : " ") +
            (id == Vocabulary::unknown ? "<unk>" : std::string(vocabulary.token(id)));
  }
  return text;
}
std::string read(std::string_view line) {
  return as_text(read_typed_line(line, Tokenizer(Splitting::spaces), vocabulary));
}

}  // namespace

BOOST_AUTO_TEST_CASE(words_are_found_with_capitals_accents_and_marks_around_them) {
  BOOST_TEST(read("The CAT sees Paris") == "the cat sees Paris");
  BOOST_TEST(read("L'ÉTÉ") == "l' été");
  BOOST_TEST(read("L'E\u0301TE\u0301") == "l' été");
  BOOST_TEST(read("the ca\u00ADt") == "the cat");
  BOOST_TEST(read("(the cat, \u201Esees\u201C the school)?") == "the cat , sees the school ?");
  BOOST_TEST(read("U.S.") == "U.S.");
  BOOST_TEST(read("tea-time") == "tea-time");
  BOOST_TEST(read("o'clock.") == "o'clock");
  BOOST_TEST(read("the c\u200Da\u200Ct") == "the cat");
}

BOOST_AUTO_TEST_CASE(a_mark_that_nobody_taught_is_left_out_and_put_back_at_the_end) {
  const TypedLine line =
      read_typed_line("The cat; sees the school...", Tokenizer(Splitting::spaces), vocabulary);
  BOOST_TEST(as_text(line) == "the cat sees the school");
  BOOST_TEST(line.end_mark == "...");
  BOOST_TEST(line.left_out.size() == 4u);
  BOOST_TEST(line.unknown.empty());
  // In the middle, and before a mark that is known, it ends nothing.
  BOOST_TEST(read_typed_line("the cat.?", Tokenizer(Splitting::spaces), vocabulary).end_mark == "");
  BOOST_TEST(read_typed_line("the cat. sees", Tokenizer(Splitting::spaces), vocabulary).end_mark ==
             "");
  BOOST_TEST(read_typed_line("the cat .", Tokenizer(Splitting::spaces), vocabulary).end_mark ==
             ".");
}

BOOST_AUTO_TEST_CASE(marks_around_a_line_are_put_back_together) {
  const auto marks_of = [](std::string_view line) {
    const TypedLine read = read_typed_line(line, Tokenizer(Splitting::spaces), vocabulary);
    return std::pair(read.begin_mark, read.end_mark);
  };
  const auto around = [](std::string begin, std::string end) { return std::pair(begin, end); };
  BOOST_TEST((marks_of("\"the cat\"") == around("\"", "\"")));
  BOOST_TEST((marks_of("- the cat.") == around("- ", ".")));
  BOOST_TEST((marks_of("(the cat) sees.") == around("", ".")));
  BOOST_TEST((marks_of("(the cat") == around("", "")));
  BOOST_TEST((marks_of("the cat)") == around("", ")")));
}

BOOST_AUTO_TEST_CASE(an_unknown_mark_divides_known_words) {
  for (const std::string_view line : {"the cat.sees Paris", "the\u2014cat/sees(Paris)"}) {
    const TypedLine read = read_typed_line(line, Tokenizer(Splitting::spaces), vocabulary);
    BOOST_TEST(as_text(read) == "the cat sees Paris");
    BOOST_TEST(read.unknown.empty());
    BOOST_TEST(!read.left_out.empty());
  }
  BOOST_TEST(read("the cat.zebra") == "the <unk>");
}

BOOST_AUTO_TEST_CASE(quotation_marks_are_those_of_the_vocabulary) {
  const auto read_by = [](const std::vector<std::string>& taught, std::string_view line) {
    const Vocabulary known(taught);
    const TypedLine typed = read_typed_line(line, Tokenizer(Splitting::spaces), known);
    std::string text;
    for (const TokenId id : typed.ids) {
      text += (id == Vocabulary::unknown ? "<unk>" : std::string(known.token(id))) + " ";
    }
    return text;
  };
  BOOST_TEST(read_by({"o'clock"}, "o\u2019clock") == "o'clock ");
  BOOST_TEST(read_by({"o\u2019clock"}, "o'clock") == "o\u2019clock ");
  BOOST_TEST(read_by({"cat", "&apos;s", "&quot;"}, "\"cat's") == "&quot; cat &apos;s ");
  BOOST_TEST(read_by({"cat", "&apos;s"}, "cat\u2019s") == "cat &apos;s ");
  BOOST_TEST(read_by({"o'clock", "&apos;s"}, "o'clock") == "o'clock ");
  BOOST_TEST(read_by({"cat"}, "cat's") == "<unk> ");
}

BOOST_AUTO_TEST_CASE(other_words_are_unknown_by_their_names) {
  const TypedLine line =
      read_typed_line("The zebra, see's \u7329?", Tokenizer(Splitting::spaces), vocabulary);
  BOOST_TEST(as_text(line) == "the <unk> , <unk> <unk> ?");
  BOOST_TEST(line.unknown == (std::vector<std::string>{"zebra", "see's", "\u7329"}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(the_report_names_each_once) {
  const auto reported = [](const std::vector<std::string>& lines) {
    std::vector<TypedLine> read;
    for (const std::string& line : lines) {
      read.push_back(read_typed_line(line, Tokenizer(Splitting::punctuation), vocabulary));
    }
    return report_unknown(read);
  };
  BOOST_TEST(reported({"the cat", "", "Paris?"}) == "");
  BOOST_TEST(reported({"the zebra sees", "a giraffe", "zebra"}) ==
             "unknown: zebra, a, giraffe (4 of 6 words)\n");
  BOOST_TEST(
      reported({"the cat.", "the cat; sees."}) ==
      "left out, since the vocabulary has no such mark: ., ;; put back where it ends a line whose "
      "translation ends with no mark\n");
  std::string many;
  for (int i = 0; i < 25; ++i) many += "x" + std::to_string(i) + " ";
  BOOST_TEST(reported({many}).find("x19 and 5 more (25 of 25 words)") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_mark_is_known_with_and_without_a_space_beside_it) {
  const std::vector<std::string> taught = {"cat", "\uFFED.", "(\uFFED", "?", "l'"};
  const Vocabulary marks(taught);
  const auto ids = [&](std::string_view line) {
    return read_typed_line(line, Tokenizer(Splitting::punctuation), marks).ids;
  };
  BOOST_TEST((ids("Cat.") == std::vector<TokenId>{3, 4}));
  BOOST_TEST((ids("cat .") == std::vector<TokenId>{3, 4}));
  BOOST_TEST((ids("( cat?") == std::vector<TokenId>{5, 3, 6}));
  BOOST_TEST((ids("(cat ?") == std::vector<TokenId>{5, 3, 6}));
  BOOST_TEST((ids("L'cat") == std::vector<TokenId>{7, 3}));
}

BOOST_AUTO_TEST_CASE(pieces_are_what_the_model_has_and_the_rest_is_unknown) {
  const std::vector<std::string> lines(40, "the cat sees the rat.");
  const Tokenizer tokenizer = test::learned_from(lines, Splitting::bpe, 30);
  const Vocabulary pieces = tokenizer.vocabulary().value();
  const TypedLine known = read_typed_line("the rats", tokenizer, pieces);
  BOOST_TEST(known.unknown.empty());
  BOOST_TEST(tokenizer.text_of(pieces.decode(known.ids)) == "the rats");
  const TypedLine line = read_typed_line("the zoo.", tokenizer, pieces);
  BOOST_TEST(line.unknown == (std::vector<std::string>{"zoo"}), boost::test_tools::per_element());
  BOOST_TEST(line.n_words == 2u);
}

BOOST_AUTO_TEST_CASE(a_word_and_its_marks_are_tried_one_by_one_where_pieces_are_learned) {
  for (const Splitting splitting : {Splitting::bpe, Splitting::unigram}) {
    const std::vector<std::string> lines(40, "the cat sees the rat, the rat sees a cat");
    const Tokenizer tokenizer = test::learned_from(lines, splitting, 30);
    const Vocabulary pieces = tokenizer.vocabulary().value();
    const auto read = [&](std::string_view text) {
      return read_typed_line(text, tokenizer, pieces);
    };
    const auto text_of = [&](const TypedLine& line) {
      return tokenizer.text_of(pieces.decode(line.ids));
    };
    const TypedLine line = read("(The CAT, sees) the rat!");
    BOOST_TEST(text_of(line) == "the cat, sees the rat");
    BOOST_TEST(line.unknown.empty());
    BOOST_TEST(line.left_out == (std::vector<std::string>{"(", ")", "!"}),
               boost::test_tools::per_element());
    BOOST_TEST(line.end_mark == "!");
    BOOST_TEST(line.n_words == 5u);
    BOOST_TEST(text_of(read("THE CAT, SEES!")) == "the cat, sees");
    BOOST_TEST(text_of(read("the cat\u2014sees!")) == "the cat sees");
    // What the model has anyway is cut as training cut it.
    const std::vector<TokenId> ids = read("the rat, sees").ids;
    const std::string tokens = tokenizer.tokens_of("the rat, sees");
    std::vector<TokenId> expected;
    for (const std::string_view piece : split(tokens)) expected.push_back(pieces.id(piece));
    BOOST_TEST(ids == expected, boost::test_tools::per_element());
  }
}

BOOST_AUTO_TEST_CASE(a_line_that_is_cut_for_the_model_is_counted_as_it_was_typed) {
  TypedLine line =
      read_typed_line("the zebra sees the cat", Tokenizer(Splitting::spaces), vocabulary);
  line.ids.resize(2);
  BOOST_TEST(report_unknown({line}) == "unknown: zebra (1 of 5 words)\n");
}

BOOST_AUTO_TEST_CASE(many_unknown_words_take_no_longer_each_and_some_of_them_are_shown) {
  std::vector<TypedLine> lines(1);
  for (int i = 0; i < 300'000; ++i) lines[0].unknown.push_back("w" + std::to_string(i));
  lines[0].unknown.push_back("w0");
  lines[0].n_words = lines[0].unknown.size();
  const auto start = std::chrono::steady_clock::now();
  const std::string report = report_unknown(lines);
  BOOST_TEST((std::chrono::steady_clock::now() - start < std::chrono::seconds(30)));
  BOOST_TEST(report.starts_with("unknown: w0, w1, w2"), report.substr(0, 100));
  BOOST_TEST(report.ends_with("w19 and 299980 more (300001 of 300001 words)\n"));
}

BOOST_AUTO_TEST_CASE(capitals_are_lower_case_where_that_is_fewer_pieces) {
  std::vector<std::string> lines(40, "the CD is in the USA, not usa");
  lines.push_back("T H E I S N X Y");
  const Tokenizer tokenizer = test::learned_from(lines, Splitting::bpe, 60);
  const Vocabulary pieces = tokenizer.vocabulary().value();
  const auto text_of = [&](std::string_view text) {
    return tokenizer.text_of(pieces.decode(read_typed_line(text, tokenizer, pieces).ids));
  };
  BOOST_TEST(text_of("the IN is IN") == "the IN is IN");  // one word says nothing
  const TypedLine line = read_typed_line("THE CD IS IN THE USA XYXY", tokenizer, pieces);
  BOOST_TEST(tokenizer.text_of(pieces.decode(line.ids)) == "the CD is in the USA XYXY");
  BOOST_TEST(line.unknown.empty());
}
