// What makes the figures of an evaluation doubtful.
#include "chapters/08_translation/evaluation.hpp"

#include <boost/test/unit_test.hpp>

using namespace transformer;

namespace {

/// n different sentences, and what `translation(i)` makes of each.
template <class Translation>
std::string doubts_of(int n, Translation translation) {
  Evaluation evaluation;
  for (int i = 0; i < n; ++i) {
    evaluation.sources.push_back("sentence " + std::to_string(i));
    evaluation.references.push_back("reference " + std::to_string(i));
    evaluation.translations.push_back(translation(i));
  }
  return doubts(evaluation);
}

/// A word, i times.
std::string repeated(const std::string& word, int i) {
  std::string line = word;
  for (int k = 0; k < i; ++k) line += " " + word;
  return line;
}

}  // namespace

BOOST_AUTO_TEST_CASE(translations_that_are_alike_but_for_repeats_are_told_of) {
  const auto says = [](const std::string& doubt, const std::string& part) {
    return doubt.find(part) != doubt.npos;
  };
  const auto la = [](int i) { return repeated("la", i); };
  BOOST_TEST(says(doubts_of(40, la), "only 1 different translations (but for repeats) of 40"));
  BOOST_TEST(says(doubts_of(5, la), "only 1 different"));
  BOOST_TEST(doubts_of(4, la) == "");
  const auto two = [](int i) { return i % 2 == 0 ? "le chat" : "le chien"; };
  BOOST_TEST(says(doubts_of(20, two), "only 2 different"));
  BOOST_TEST(doubts_of(19, two) == "");
  BOOST_TEST(doubts_of(40, [](int i) { return repeated(std::to_string(i), i); }) == "");
}
