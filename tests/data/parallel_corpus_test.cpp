#include "src/data/parallel_corpus.hpp"

#include <boost/test/unit_test.hpp>

#include "src/data/tokens.hpp"
#include "src/io/digest.hpp"
#include "tests/support/errors.hpp"
#include "tests/support/temporary_folder.hpp"

namespace transformer::test {
namespace {

ParallelText read(const TemporaryFolder& folder, std::string_view source, std::string_view target,
                  const ParallelTextOptions& options = {}) {
  return read_parallel_text({folder.write("train.en", source), folder.write("train.fr", target)},
                            options);
}

std::string lines(int n) {
  std::string text;
  for (int i = 0; i < n; ++i) text += "a b\n";
  return text;
}

BOOST_AUTO_TEST_CASE(lines_become_pairs_of_packed_sentences) {
  const TemporaryFolder folder;
  const ParallelText text = read(folder, "the cat\nI  see\n", "le chat\nje vois\n");
  const Vocabulary vocabulary = text.tokens.vocabulary(100);
  const ParallelCorpus corpus = encode(text, vocabulary);
  BOOST_TEST(lines_of(text, text.source)[1] == "I see");
  BOOST_TEST(corpus.n_pairs() == 2);
  BOOST_TEST(corpus.target.n_sentences() == 2);
  BOOST_TEST(corpus.n_unknown == 0);
  BOOST_TEST(with_spaces(vocabulary.decode(corpus.source.sentence(0))) == "the cat");
  BOOST_TEST(with_spaces(vocabulary.decode(corpus.target.sentence(1))) == "je vois");
}

BOOST_AUTO_TEST_CASE(one_vocabulary_counts_both_sides) {
  const TemporaryFolder folder;
  const ParallelText text = read(folder, "a table\na\n", "table table\nla\n");
  const Vocabulary vocabulary = text.tokens.vocabulary(100);
  BOOST_TEST(vocabulary.size() == 6);
  BOOST_TEST(vocabulary.id("table") == 3);
  BOOST_TEST(vocabulary.id("a") == 4);
  BOOST_TEST(encode(text, text.tokens.vocabulary(5)).n_unknown == 1);
}

BOOST_AUTO_TEST_CASE(files_of_different_length_are_refused_with_both_counts) {
  const TemporaryFolder folder;
  BOOST_TEST(fails(ExitCode::bad_data, "train.fr 999; first unpaired line 1000",
                   [&] { read(folder, lines(1000), lines(999)); }));
  BOOST_TEST(fails(ExitCode::bad_data, "train.en has 3 lines",
                   [&] { read(folder, lines(3), lines(1000)); }));
  BOOST_TEST(fails(ExitCode::bad_data, "train.fr 1000; first unpaired line 4",
                   [&] { read(folder, lines(3), lines(1000)); }));
  BOOST_TEST(
      fails(ExitCode::bad_data, "first unpaired line 1", [&] { read(folder, "", lines(1)); }));
  // A line end of Unicode is a character, no line end: these files are equally long.
  BOOST_TEST(read(folder, "a\u2028b\n", "c\u0085d\n").counts.n_lines == 1);
}

BOOST_AUTO_TEST_CASE(blank_and_long_pairs_are_left_out_and_counted) {
  const TemporaryFolder folder;
  const ParallelText text = read(folder, "a\n\n \t\nb\nc d e\nf\ng h\n",
                                 "A\nx\ny\n\u00A0\nC\nF G H\nG H\n", {.max_length = 2});
  BOOST_TEST(text.counts.n_lines == 7);
  BOOST_TEST(text.counts.n_blank == 3);
  BOOST_TEST(text.counts.n_too_long == 2);
  BOOST_TEST(lines_of(text, text.source) == (std::vector<std::string>{"a", "g h"}),
             boost::test_tools::per_element());
  BOOST_TEST(lines_of(text, text.target) == (std::vector<std::string>{"A", "G H"}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_gigantic_line_is_left_out_like_any_long_one) {
  const TemporaryFolder folder;
  std::string gigantic;
  for (int i = 0; i < 100'000; ++i) gigantic += "mot ";
  const ParallelText text = read(folder, "a\n" + gigantic + "\n", "A\nB\n");
  BOOST_TEST(text.counts.n_too_long == 1);
  BOOST_TEST(text.counts.longest_line_bytes == 400'000);
  BOOST_TEST(text.n_pairs() == 1);
}

BOOST_AUTO_TEST_CASE(a_corpus_without_pairs_is_refused_with_the_reason) {
  const TemporaryFolder folder;
  BOOST_TEST(fails(ExitCode::bad_data, "the corpus is empty", [&] { read(folder, "", ""); }));
  BOOST_TEST(fails(ExitCode::bad_data,
                   "no sentence pair is left of 3 (2 blank, 1 longer than 1 tokens)",
                   [&] { read(folder, "\na\nb c\n", "x\n\ny\n", {.max_length = 1}); }));
}

BOOST_AUTO_TEST_CASE(one_pair_without_a_final_newline_is_a_corpus) {
  const TemporaryFolder folder;
  BOOST_TEST(read(folder, "a", "b\r\n").n_pairs() == 1);
}

BOOST_AUTO_TEST_CASE(raw_text_is_split_at_punctuation_on_request) {
  const TemporaryFolder folder;
  const ParallelText text = read(folder, "The tree, please.\n", "L'arbre, svp.\n",
                                 {.tokenizer = Tokenizer(Splitting::punctuation)});
  BOOST_TEST(lines_of(text, text.source)[0] == "The tree \uFFED, please \uFFED.");
  BOOST_TEST(lines_of(text, text.target)[0] == "L'\uFFED arbre \uFFED, svp \uFFED.");
}

BOOST_AUTO_TEST_CASE(bytes_that_are_not_utf8_are_refused) {
  const TemporaryFolder folder;
  BOOST_TEST(fails(ExitCode::bad_data, "train.fr:2:1: byte 0xFF",
                   [&] { read(folder, "a\nb\n", "A\n\xFF\n"); }));
}

BOOST_AUTO_TEST_CASE(the_digest_is_that_of_the_lines) {
  const TemporaryFolder folder;
  const ParallelText text = read(folder, "the  cat\n\ni see\n", "le chat\n\nje vois\n");
  BOOST_TEST(digest_of(text) == digest_of("the cat\ni see\nle chat\nje vois\n"));
}

BOOST_AUTO_TEST_CASE(a_corpus_of_nothing_has_no_unknown_words) {
  BOOST_TEST(ParallelCorpus{}.percent_unknown() == 0.0);
}

BOOST_AUTO_TEST_CASE(a_pair_is_given_where_both_sides_are) {
  BOOST_TEST((ParallelFiles{"a", "b"}.given()));
  BOOST_TEST((!ParallelFiles{"a", ""}.given()));
  BOOST_TEST((!ParallelFiles{"", "b"}.given()));
}

BOOST_AUTO_TEST_CASE(a_missing_side_is_no_input) {
  const TemporaryFolder folder;
  const auto path = folder.write("train.en", "a\n");
  BOOST_TEST(fails(ExitCode::no_input, "none", [&] { read_parallel_text({path, "none"}); }));
}

}  // namespace
}  // namespace transformer::test
