#include "src/data/vocabulary.hpp"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include "src/data/tokens.hpp"
#include "src/io/digest.hpp"
#include "tests/support/errors.hpp"
#include "tests/support/temporary_folder.hpp"

namespace transformer::test {
namespace {

using Ids = std::vector<TokenId>;

Vocabulary vocabulary_of(std::string_view text, Index max_size = 1000, Index min_count = 1) {
  TokenCounts counts;
  for (const std::string_view token : split(text)) counts.add(token);
  return counts.vocabulary(max_size, min_count);
}

Ids encoded(const Vocabulary& vocabulary, std::string_view text) {
  Ids ids;
  vocabulary.encode(split(text), ids);
  return ids;
}

BOOST_AUTO_TEST_CASE(special_tokens_come_first_then_the_most_frequent) {
  const Vocabulary vocabulary = vocabulary_of("b a c b é c b");
  const std::string_view expected[] = {"<unk>", "<s>", "</s>", "b", "c", "a", "é"};
  BOOST_TEST_REQUIRE(vocabulary.size() == 7);
  for (TokenId id = 0; id < 7; ++id) {
    BOOST_TEST(vocabulary.token(id) == expected[id]);
    if (id >= Vocabulary::n_special) BOOST_TEST(vocabulary.id(expected[id]) == id);
  }
}

BOOST_AUTO_TEST_CASE(size_and_count_limit_the_vocabulary) {
  BOOST_TEST(vocabulary_of("a a b b c", 5).size() == 5);
  BOOST_TEST(vocabulary_of("a a b b c", 4).id("b") == Vocabulary::unknown);
  BOOST_TEST(vocabulary_of("a a b b c", 100, 2).size() == 5);
  BOOST_TEST(vocabulary_of("a a b b c", 100, 3).size() == 3);
  BOOST_TEST(fails(ExitCode::usage, "no room", [] { vocabulary_of("a", 3); }));
}

BOOST_AUTO_TEST_CASE(texts_become_numbers_and_texts_again) {
  const Vocabulary vocabulary = vocabulary_of("le chat noir voit le chien");
  const Ids ids = encoded(vocabulary, "le chien voit un chat");
  Ids again = {7};
  BOOST_TEST(vocabulary.encode(split("le un deux"), again) == 2);
  BOOST_TEST(again.size() == 4u);
  BOOST_TEST(again[0] == 7);
  BOOST_TEST(with_spaces(vocabulary.decode(ids)) == "le chien voit <unk> chat");
  const Ids marked = {Vocabulary::sentence_begin, ids[0], ids[1], Vocabulary::sentence_end};
  BOOST_TEST(with_spaces(vocabulary.decode(marked)) == "le chien");
}

BOOST_AUTO_TEST_CASE(special_tokens_in_a_text_are_unknown_words) {
  const Vocabulary vocabulary = vocabulary_of("</s> <s> <unk> </s> a");
  BOOST_TEST(vocabulary.size() == 4);
  BOOST_TEST(encoded(vocabulary, "<s> </s> <unk> <pad> \u2581 a") == (Ids{0, 0, 0, 0, 0, 3}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_script_that_was_never_seen_is_unknown) {
  BOOST_TEST(encoded(vocabulary_of("a"), "猫 кот") == (Ids{0, 0}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_vocabulary_is_saved_as_text_and_loaded) {
  const TemporaryFolder folder;
  const Vocabulary vocabulary = vocabulary_of("le chat \uFEFFmark é 😀 le");
  vocabulary.save(folder / "vocabulary.txt");
  BOOST_TEST(bytes_of(folder / "vocabulary.txt").starts_with("<unk>\n<s>\n</s>\nle\nchat\n"));
  const Vocabulary loaded = Vocabulary::load(folder / "vocabulary.txt");
  BOOST_TEST(loaded.digest() == vocabulary.digest());
  BOOST_TEST(loaded.size() == vocabulary.size());
  BOOST_TEST(loaded.id("😀") == vocabulary.id("😀"));
  BOOST_TEST(folder.n_entries() == 1);
}

BOOST_AUTO_TEST_CASE(the_digest_knows_tokens_and_order) {
  const std::vector<std::string> tokens = {"a", "b"}, turned = {"b", "a"}, joined = {"ab"};
  const std::string digest = Vocabulary(tokens).digest();
  BOOST_TEST(digest.size() == 32u);
  BOOST_TEST(digest == Vocabulary(tokens).digest());
  BOOST_TEST(digest != Vocabulary(turned).digest());
  BOOST_TEST(digest != Vocabulary(joined).digest());
}

struct BadFile {
  std::string text;
  std::string why;
};
std::ostream& operator<<(std::ostream& out, const BadFile& bad) { return out << bad.why; }

const BadFile bad_files[] = {
    {"", "vocabulary.txt:1: expected '<unk>'"},
    {"le\nchat\n", "vocabulary.txt:1: expected '<unk>'"},
    {"<unk>\n<s>\n", "expected '</s>'"},
    {"<unk>\n</s>\n<s>\n", "vocabulary.txt:2: expected '<s>'"},
    {"<unk>\n<s>\n</s>\nle\nle\n", "vocabulary.txt:5: token 'le' is there twice"},
    {"<unk>\n<s>\n</s>\nle\n<s>\n", "vocabulary.txt:5: token '<s>' is there twice"},
    {"<unk>\n<s>\n</s>\n\nle\n", "vocabulary.txt:4: '' is not one token"},
    {"<unk>\n<s>\n</s>\nle chat\n", "vocabulary.txt:4: 'le chat' is not one token"},
    {"<unk>\n<s>\n</s>\nle \n", "vocabulary.txt:4: 'le ' is not one token"},
    {"<unk>\n<s>\n</s>\n le\n", "vocabulary.txt:4: ' le' is not one token"},
    {"<unk>\n<s>\n</s>\nle\xFF\n", "vocabulary.txt:4:3: byte 0xFF"},
};

BOOST_AUTO_TEST_CASE(a_vocabulary_becomes_a_text_and_again_a_vocabulary) {
  const Vocabulary vocabulary = vocabulary_of("le chat \uFEFFmark é 😀 le");
  const Vocabulary parsed = Vocabulary::parse(vocabulary.text(), "here");
  BOOST_TEST(parsed.text() == vocabulary.text());
  BOOST_TEST(parsed.digest() == digest_of(vocabulary.text()));
  BOOST_TEST(Vocabulary::parse("<unk>\n<s>\n</s>\nle", "here").size() == 4);
}

BOOST_DATA_TEST_CASE(a_text_that_is_no_vocabulary_is_refused_by_its_line, bad_files, bad) {
  const std::string why = bad.text.ends_with("\xFF\n") ? "vocabulary.txt: is not UTF-8" : bad.why;
  BOOST_TEST(
      fails(ExitCode::bad_data, why, [&] { Vocabulary::parse(bad.text, "vocabulary.txt"); }));
}

BOOST_DATA_TEST_CASE(a_file_that_is_no_vocabulary_is_refused_by_its_line, bad_files, bad) {
  const TemporaryFolder folder;
  const auto path = folder.write("vocabulary.txt", bad.text);
  BOOST_TEST(fails(ExitCode::bad_data, bad.why, [&] { Vocabulary::load(path); }));
}

BOOST_AUTO_TEST_CASE(a_missing_vocabulary_is_no_input) {
  BOOST_TEST(fails(ExitCode::no_input, "none.txt", [] { Vocabulary::load("none.txt"); }));
}

}  // namespace
}  // namespace transformer::test
