// Expected scores are those of sacreBLEU 2.6.0.
#include "chapters/08_translation/chrf.hpp"

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <vector>

#include "tests/support/errors.hpp"

using namespace transformer;
using namespace transformer::test;

namespace {

using Lines = std::vector<std::string>;

void check(const Lines& hypotheses, const Lines& references, double expected) {
  const double score = chrf(hypotheses, references);
  BOOST_TEST(std::abs(score - expected) < 1e-10, score << " is not " << expected);
}

}  // namespace

BOOST_AUTO_TEST_CASE(sentences_and_corpus_have_the_scores_of_sacrebleu) {
  const Lines hypotheses = {"il n'aime pas l'hiver, mais il court.", "le chat", "été œuvre  naïve",
                            "日本"},
              references = {"il n'aime pas l'hiver mais il court.", "le chien noir",
                            "l'été oeuvre naive", "日本語"};
  check(hypotheses, references, 64.391580936057);
  const double each[] = {89.83283301187497, 18.797461561166713, 35.94623818247437,
                         63.636363636363626};
  for (size_t i = 0; i < hypotheses.size(); ++i) check({hypotheses[i]}, {references[i]}, each[i]);
}

BOOST_AUTO_TEST_CASE(short_ones_count_as_far_as_they_go) {
  check({"a"}, {"b"}, 0.0);
  check({"ab"}, {"ab"}, 100.0);
  check({"abc", ""}, {"ab", "cd"}, 51.470588235294116);
  check({"ab"}, {"a"}, 83.33333333333334);
}

BOOST_AUTO_TEST_CASE(an_ngram_matches_as_often_as_the_reference_has_it) {
  check({"aaaa b"}, {"aab"}, 82.06106870229006);
  // What is longer than its reference has n-grams that nothing could match: they do not count.
  check({"abcd", "abcd"}, {"ab", "abcd"}, 96.69811320754718);
}

BOOST_AUTO_TEST_CASE(what_is_no_corpus_is_refused) {
  BOOST_TEST(fails(ExitCode::bad_data, "1 hypotheses but 2 references", [] {
    chrf(Lines{"a"}, Lines{"a", "b"});
  }));
}
