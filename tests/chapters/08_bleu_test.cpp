// Golden values: from the tests of sacreBLEU itself where the comment says so; else from the
// formula by hand, and for Multi30k from an independent program in Python that reproduces
// sacreBLEU's.
#include "chapters/08_translation/bleu.hpp"

#include <algorithm>
#include <array>
#include <boost/test/unit_test.hpp>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <vector>

#include "src/base/error.hpp"
#include "src/data/tokens.hpp"
#include "tests/support/lines.hpp"

using namespace transformer;

namespace {

using Lines = std::vector<std::string>;

constexpr auto v13a = BleuTokenizer::mteval_v13a;
constexpr auto none = BleuTokenizer::none;

std::string words(const std::string& sentence) { return bleu_words(sentence, v13a); }

BleuScore bleu_of_pair(const std::string& hypothesis, const std::string& reference,
                       BleuTokenizer tokenizer = v13a) {
  return bleu(Lines{hypothesis}, Lines{reference}, tokenizer);
}

void check_near(double actual, double expected, double tolerance) {
  BOOST_TEST(std::abs(actual - expected) <= tolerance, actual << " is not " << expected);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(bleu_words_13a)

BOOST_AUTO_TEST_CASE(every_symbol_but_apostrophe_dash_comma_and_full_stop_is_a_word) {
  for (const char c : std::string("!\"#$%&()*+/:;<=>?@[\\]^_`{|}~")) {
    BOOST_TEST(words(std::string("a") + c + "b") == std::string("a ") + c + " b");
  }
  BOOST_TEST(words("don't re-open") == "don't re-open");
}

BOOST_AUTO_TEST_CASE(full_stop_and_comma_stay_only_inside_numbers) {
  BOOST_TEST(words("Hello, world.") == "Hello , world .");
  BOOST_TEST(words("1,000.50 and 3.") == "1,000.50 and 3 .");
  BOOST_TEST(words(".5 a.5 5.a") == ". 5 a . 5 5 . a");
  BOOST_TEST(words("U.S.A.") == "U . S . A .");
}

BOOST_AUTO_TEST_CASE(pairs_do_not_overlap) {
  // "a." and ".." are pairs of the rule for what follows no digit; the rest is left to the next.
  BOOST_TEST(words("wait...") == "wait . . .");
  BOOST_TEST(words("1..2") == "1 . . 2");
  BOOST_TEST(words("1...2") == "1 . . .2");
  BOOST_TEST(words("1.,2") == "1 . , 2");
  BOOST_TEST(words("1.2.3,4.") == "1.2.3,4 .");
}

BOOST_AUTO_TEST_CASE(a_dash_is_a_word_after_a_digit_only) {
  BOOST_TEST(words("1-2 a-2 2-a") == "1 - 2 a-2 2 - a");
  BOOST_TEST(words("1--2") == "1 - -2");
}

BOOST_AUTO_TEST_CASE(entities_become_characters_in_sgml_order) {
  BOOST_TEST(words("&quot;a&quot; &lt;b&gt; c&amp;d") == "\" a \" < b > c & d");
  BOOST_TEST(words("&amp;lt;") == "<");
  BOOST_TEST(words("&lt;skipped&gt;") == "< skipped >");
  BOOST_TEST(words("a <skipped>b") == "a b");
}

BOOST_AUTO_TEST_CASE(entities_without_end_take_no_longer_each) {
  std::string text;
  for (int i = 0; i < 500'000; ++i) text += "&quot;";
  const auto start = std::chrono::steady_clock::now();
  BOOST_TEST(words(text).size() == 999'999u);
  BOOST_TEST((std::chrono::steady_clock::now() - start < std::chrono::seconds(30)));
}

BOOST_AUTO_TEST_CASE(line_ends_inside_a_sentence_join_hyphenated_words) {
  BOOST_TEST(words("trans-\nlation of\ntext\n") == "translation of text");
  BOOST_TEST(words("trans-\n") == "trans-");
}

BOOST_AUTO_TEST_CASE(unicode_white_space_separates_words_and_other_characters_do_not) {
  for (const char* space : {"\t", "\v", "\f", "\r", "\x1C", "\x1F", "\u0085", "\u00A0", "\u1680",
                            "\u2000", "\u200A", "\u2028", "\u2029", "\u202F", "\u205F", "\u3000"}) {
    BOOST_TEST(words(std::string("a") + space + "b" + space) == "a b");
    BOOST_TEST(bleu_words(std::string(space) + "a" + space + "b", none) == "a b");
  }
  for (const char* letter : {"\u200B", "\u180E", "\u2060", "\uFEFF", "\u00E9", "\x01"}) {
    BOOST_TEST(words(std::string("a") + letter + "b") == std::string("a") + letter + "b");
  }
}

BOOST_AUTO_TEST_CASE(characters_of_several_bytes_are_no_digits) {
  BOOST_TEST(words("été, où…") == "été , où…");
  BOOST_TEST(words("é.5 5.é") == "é . 5 5 . é");
  BOOST_TEST(words("「猫。」,") == "「猫。」 ,");
}

BOOST_AUTO_TEST_CASE(without_tokenizer_white_space_alone_separates_words) {
  BOOST_TEST(bleu_words("  l' arbre,  &amp; n' est-ce ?\n", none) == "l' arbre, &amp; n' est-ce ?");
  BOOST_TEST(bleu_words("", none) == "");
  BOOST_TEST(bleu_words(" \n", v13a) == "");
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(bleu_score)

BOOST_AUTO_TEST_CASE(equal_sentences_have_100) {
  const BleuScore score = bleu_of_pair("this is a test", "this is a test");
  check_near(score.score, 100, 1e-12);  // sacreBLEU, test_raw_bleu_cases
  BOOST_TEST(score.brevity_penalty == 1);
  for (const double precision : score.precisions) BOOST_TEST(precision == 100);
}

BOOST_AUTO_TEST_CASE(the_score_of_given_counts_is_sacrebleu_s) {
  // sacreBLEU, test_case_scoring
  check_near(bleu_of({{9, 7, 5, 3}, {10, 8, 6, 4}, 11, 11}, v13a).score, 83.75922397, 1e-8);
  // sacreBLEU, test_case_degenerate_stats: no match at all
  BOOST_TEST(bleu_of({{0, 0, 0, 0}, {4, 4, 2, 1}, 0, 1}, v13a).score == 0);
  BOOST_TEST(bleu_of({{0, 0, 0, 0}, {10, 11, 12, 0}, 14, 10}, v13a).score == 0);
  BOOST_TEST(bleu_of({{0, 0, 0, 0}, {0, 0, 0, 0}, 0, 0}, v13a).score == 0);
  BOOST_TEST(bleu_of({{0, 0, 0, 0}, {0, 0, 0, 0}, 1, 5}, v13a).score == 0);
}

BOOST_AUTO_TEST_CASE(matches_are_clipped_by_the_reference) {
  const BleuScore score =
      bleu_of_pair("the the the the the the the", "the cat is on the mat", none);
  BOOST_TEST(score.counts.n_matches[0] == 2);  // Papineni et al., section 2.1, example 2: 2/7
  BOOST_TEST(score.counts.n_ngrams[0] == 7);
  BOOST_TEST(score.counts.n_matches[1] == 0);
  BOOST_TEST(score.counts.hypothesis_length == 7);
  BOOST_TEST(score.counts.reference_length == 6);
}

BOOST_AUTO_TEST_CASE(a_sentence_with_orders_without_match_is_smoothed_as_sacrebleu_does) {
  // sacreBLEU, test_sentence_bleu.py (tolerance there 1e-3)
  const std::string hypothesis =
      "Producția de zahăr primă va fi exprimată în ceea ce privește zahărul alb;";
  const std::string reference = "producţia de zahăr brut se exprimă în zahăr alb;";
  const BleuScore split = bleu_of_pair(hypothesis, reference);
  check_near(split.score, 8.493, 1e-3);
  check_near(split.precisions[0], 100.0 * 5 / 14, 1e-12);
  check_near(split.precisions[1], 100.0 * 2 / 13, 1e-12);
  check_near(split.precisions[2], 100.0 / (2 * 12), 1e-12);
  check_near(split.precisions[3], 100.0 / (4 * 11), 1e-12);
  check_near(bleu_of_pair(hypothesis, reference, none).score, 7.347, 1e-3);
  BOOST_TEST(bleu_of_pair("this is a cat", "okay thanks").score == 0);
}

BOOST_AUTO_TEST_CASE(smoothing_carries_over_the_orders) {
  // "this is a fest": 3/4, 2/3, 1/2, and 1/2 of a match of one 4-gram.
  check_near(bleu_of_pair("this is a fest", "this is a test").score,
             100 * std::pow(3.0 / 4 * 2 / 3 * 1 / 2 * 1 / 2, 0.25), 1e-12);
}

BOOST_AUTO_TEST_CASE(an_order_without_ngrams_makes_the_score_0) {
  const BleuScore score = bleu_of_pair("a test", "a test");
  BOOST_TEST(score.score == 0);
  BOOST_TEST(score.precisions[1] == 100);
  BOOST_TEST(score.precisions[2] == 0);
}

BOOST_AUTO_TEST_CASE(short_hypotheses_pay_and_long_ones_do_not) {
  const BleuScore is_short = bleu_of_pair("a b c d", "a b c d e f");
  check_near(is_short.brevity_penalty, std::exp(1 - 6.0 / 4), 1e-15);
  check_near(is_short.score, 100 * std::exp(-0.5), 1e-12);
  BOOST_TEST(bleu_of_pair("a b c d e f", "a b c d").brevity_penalty == 1);
  BOOST_TEST(bleu_of_pair("", "a b c d").brevity_penalty == 0);
  BOOST_TEST(bleu_of_pair("", "a b c d").score == 0);
}

BOOST_AUTO_TEST_CASE(counts_add_up_over_the_corpus_before_the_score) {
  const BleuScore both = bleu(Lines{"a b c d e", "x"}, Lines{"a b c d e", "y"}, none);
  BOOST_TEST(both.counts.n_matches[0] == 5);
  BOOST_TEST(both.counts.n_ngrams[0] == 6);
  check_near(both.score, 100 * std::pow(5.0 / 6, 0.25), 1e-12);
}

BOOST_AUTO_TEST_CASE(an_ngram_does_not_reach_over_sentences_and_words_are_not_glued) {
  const BleuScore score = bleu(Lines{"a b", "c d"}, Lines{"a b", "c d"}, none);
  BOOST_TEST(score.counts.n_ngrams[1] == 2);
  BOOST_TEST(bleu_of_pair("ab c", "a bc", none).counts.n_matches[1] == 0);
}

BOOST_AUTO_TEST_CASE(the_signature_names_the_tokenizer) {
  BOOST_TEST(bleu_of_pair("a", "a").signature() == "nrefs:1|case:mixed|eff:no|tok:13a|smooth:exp");
  BOOST_TEST(bleu_of_pair("a", "a", none).signature() ==
             "nrefs:1|case:mixed|eff:no|tok:none|smooth:exp");
}

BOOST_AUTO_TEST_CASE(exact_match_counts_equal_sentences) {
  BOOST_TEST(exact_match(Lines{"a", "b", "c", "d"}, Lines{"a", "B", "c ", "d"}) == 50);
}

BOOST_AUTO_TEST_CASE(what_cannot_be_scored_is_refused_in_one_line) {
  const auto refused = [](const Lines& hypotheses, const Lines& references, const char* part) {
    try {
      bleu(hypotheses, references, v13a);
    } catch (const Error& error) {
      const std::string message = error.what();
      return error.code() == ExitCode::bad_data && message.find(part) != std::string::npos &&
             message.find('\n') == std::string::npos;
    }
    return false;
  };
  BOOST_TEST(refused({"a"}, {"a", "b"}, "1 hypotheses but 2 references"));
  BOOST_TEST(refused({}, {}, "no sentence"));
  BOOST_TEST(refused({"a", "b\xC3"}, {"a", "b"}, "hypothesis 2 is not UTF-8"));
  BOOST_TEST(refused({"a"}, {"\xFF"}, "reference 1 is not UTF-8"));
  BOOST_CHECK_THROW(exact_match(Lines{}, Lines{}), Error);
}

BOOST_AUTO_TEST_SUITE_END()

// Real text: the Multi30k captions, which are not part of the project.
namespace {

/// The folder with multi30k/raw, or nothing.
std::string shared_data() {
  const char* folder = std::getenv("TRANSFORMER_SHARED_DATA");
  return folder == nullptr ? "" : folder;
}

boost::test_tools::assertion_result data_is_there(boost::unit_test::test_unit_id) {
  const std::string folder = shared_data();
  boost::test_tools::assertion_result result(
      !folder.empty() && std::ifstream(folder + "/multi30k/raw/test2016.en").good());
  result.message() << "TRANSFORMER_SHARED_DATA names no folder with multi30k/raw";
  return result;
}

Lines captions(const std::string& name) {
  Lines lines;
  std::ifstream file(shared_data() + "/multi30k/raw/" + name);
  for (std::string line; std::getline(file, line);) lines.push_back(line);
  return lines;
}

/// FNV-1a, 64 bits.
std::uint64_t digest_of_words(const Lines& lines) {
  std::uint64_t digest = 0xcbf29ce484222325;
  for (const auto& line : lines) {
    for (const char c : words(line) + '\n') {
      digest = (digest ^ static_cast<unsigned char>(c)) * 0x100000001b3;
    }
  }
  return digest;
}

/// The line without every fifth word, counted from one that differs from line to line.
Lines without_every_fifth_word(const Lines& lines) {
  Lines shorter;
  for (size_t i = 0; i < lines.size(); ++i) {
    std::string kept;
    size_t k = i;
    for (size_t begin = 0; begin <= lines[i].size(); ++k) {
      const size_t end = std::min(lines[i].find(' ', begin), lines[i].size());
      if (k % 5 != 0) kept.append(lines[i], begin, end - begin) += ' ';
      begin = end + 1;
    }
    shorter.push_back(kept);  // the space at its end is no word
  }
  return shorter;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(bleu_of_captions, *boost::unit_test::precondition(data_is_there))

BOOST_AUTO_TEST_CASE(every_caption_is_split_as_the_regular_expressions_split_it) {
  BOOST_TEST(digest_of_words(captions("test2016.en")) == 5155750068097652644u);
  BOOST_TEST(digest_of_words(captions("test2016.de")) == 5035525366115293781u);
  BOOST_TEST(digest_of_words(captions("test2016.fr")) == 7389115688713653670u);
  BOOST_TEST(digest_of_words(captions("train.en")) == 12699980396579215317u);
  BOOST_TEST(digest_of_words(captions("train.de")) == 1749312132700782405u);
  BOOST_TEST(digest_of_words(captions("train.fr")) == 8947117117825528545u);
}

BOOST_AUTO_TEST_CASE(captions_come_back_from_every_tokenizer) {
  for (const std::string language : {"en", "de", "fr"}) {
    const Lines lines = captions("train." + language);
    for (const Splitting splitting : {Splitting::punctuation, Splitting::bpe, Splitting::unigram}) {
      const Tokenizer tokenizer = test::learned_from(lines, splitting, 4000);
      Lines expected, again;
      for (const std::string& line : lines) {
        const std::string tokens = tokenizer.tokens_of(line);
        expected.push_back(with_spaces(split(line)));
        again.push_back(tokenizer.text_of(split(tokens)));
      }
      check_near(bleu(again, lines, v13a).score, 100.0, 1e-10);
      BOOST_TEST(exact_match(again, expected) == 100.0);
    }
  }
}

BOOST_AUTO_TEST_CASE(damaged_captions_have_the_score_of_the_independent_program) {
  const auto score = [](const char* name, BleuTokenizer tokenizer) {
    const Lines references = captions(name);
    return bleu(without_every_fifth_word(references), references, tokenizer);
  };
  const BleuScore german = score("test2016.de", v13a);
  check_near(german.score, 48.023697625280164, 1e-10);
  check_near(german.brevity_penalty, 0.7788208866035369, 1e-14);
  BOOST_TEST(german.counts.hypothesis_length == 9685);
  BOOST_TEST(german.counts.reference_length == 12106);
  const std::array<Index, 4> n_matches = {9685, 6908, 4335, 2154};
  BOOST_TEST(german.counts.n_matches == n_matches, boost::test_tools::per_element());
  check_near(score("test2016.de", none).score, 45.15616752971282, 1e-10);
  check_near(score("test2016.fr", v13a).score, 47.187697305109516, 1e-10);
  check_near(score("test2016.fr", none).score, 44.87585934131578, 1e-10);
}

BOOST_AUTO_TEST_SUITE_END()
