#include <boost/test/unit_test.hpp>
#include <cmath>

#include "chapters/08b_when_it_goes_wrong/program/learners.hpp"
#include "chapters/08b_when_it_goes_wrong/proofs.hpp"

using namespace transformer;

namespace {

const SentencePair pair = {"the young boy waits", "le jeune garçon attend"};
const SentencePair longer = {"are the schools big ?", "est-ce que les écoles sont grandes ?"};
const std::string other = "the bird sleeps";
constexpr double rounding = 1e-3;

/// The names of the tests that a translator fails.
std::string failed(const SmallTranslator& translator) {
  std::string names;
  const auto require = [&](bool holds, const std::string& name) {
    if (!holds) names += (names.empty() ? "" : " ") + name;
  };
  require(places_that_notice(translator, pair, 2, "chien") == std::vector<Index>{3, 4}, "places");
  require(difference_by_source(translator, pair, other) > rounding, "source");
  require(difference_by_source(translator, pair, "young the boy waits") > rounding, "order");
  require(difference_by_company(translator, pair, longer) < rounding, "company");
  require(difference_by_run(translator, other) == 0, "run");
  require(difference_by_way(translator, other) < rounding, "way");
  require(std::abs(variance_of_scores(translator, 32) - 1) < 0.2, "variance");
  require(as_read(translator, other) == other, "reading");
  return names;
}

/// Eight pairs learned by heart: the last loss, and how many of them come back.
struct ByHeart {
  double loss = 0, n_back = 0;

  explicit ByHeart(const std::string& name) {
    const std::vector<SentencePair>& all = short_text().training;
    std::vector<SentencePair> some;
    for (size_t i = 0; i < 8; ++i) some.push_back(all[i * (all.size() / 8)]);
    const auto translator = new_translator(name);
    loss = learn_from(some, *translator, 100, [](double, Index) {}).back();
    n_back = percent_right(*translator, some) * 8 / 100;
  }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(when_it_goes_wrong)

BOOST_AUTO_TEST_CASE(a_right_translator_passes_every_test) {
  BOOST_TEST(failed(*new_translator("right")) == "");
  BOOST_TEST(failed(*new_translator("with_dropout")) == "");
}

BOOST_AUTO_TEST_CASE(each_mistake_fails_the_tests_that_are_for_it_and_no_others) {
  const auto fails = [](const std::string& name) { return failed(*new_translator(name)); };
  BOOST_TEST(fails("no_causal_mask") == "places way");
  BOOST_TEST(fails("mask_transposed") == "places way");
  BOOST_TEST(fails("target_not_shifted") == "places");
  BOOST_TEST(fails("source_not_read") == "source order");
  BOOST_TEST(fails("other_vocabulary") == "reading");
  BOOST_TEST(fails("positions_forgotten") == "order");
  BOOST_TEST(fails("wrong_first_token") == "way");
  BOOST_TEST(fails("padding_seen") == "company");
  BOOST_TEST(fails("dropout_left_on") == "run way");
  BOOST_TEST(fails("scale_forgotten") == "variance");
}

BOOST_AUTO_TEST_CASE(what_notices_tells_a_missing_mask_from_a_transposed_one_and_from_no_shift) {
  const auto places = [](const std::string& name) {
    return places_that_notice(*new_translator(name), pair, 2, "chien");
  };
  BOOST_TEST((places("no_causal_mask") == std::vector<Index>{0, 1, 2, 3, 4}));
  BOOST_TEST((places("mask_transposed") == std::vector<Index>{0, 1, 2, 3}));
  BOOST_TEST((places("target_not_shifted") == std::vector<Index>{2, 3, 4}));
}

BOOST_AUTO_TEST_CASE(
    eight_pairs_learned_by_heart_come_back_only_where_writing_is_what_was_trained) {
  const ByHeart right("right");
  BOOST_TEST(right.loss < 0.1);
  BOOST_TEST(right.n_back == 8);
  for (const std::string name : {"no_causal_mask", "mask_transposed", "target_not_shifted"}) {
    const ByHeart leaking(name);
    BOOST_TEST(leaking.loss < 0.1, name << " has a loss of " << leaking.loss);
    BOOST_TEST(leaking.n_back < 8, name);
  }
  BOOST_TEST(ByHeart("wrong_first_token").n_back < 8);
}

BOOST_AUTO_TEST_CASE(what_does_not_reach_the_model_and_a_rate_too_high_keep_the_loss_up) {
  const ByHeart deaf("source_not_read"), wild("rate_too_high");
  BOOST_TEST(deaf.loss > 0.2);
  BOOST_TEST(deaf.n_back < 8);
  BOOST_TEST(wild.loss > 0.5);  // each instruction set goes astray in another way
  BOOST_TEST(wild.n_back < 2);
}

BOOST_AUTO_TEST_CASE(the_loss_begins_below_a_guess_only_where_the_answer_is_fed) {
  const double guess = std::log(static_cast<double>(short_text().vocabulary.size()));
  const auto first = [](const std::string& name) { return loss_on(*new_translator(name), {pair}); };
  BOOST_TEST(first("right") > guess);
  BOOST_TEST(first("no_causal_mask") > guess);
  BOOST_TEST(first("target_not_shifted") < guess - 1);
}

BOOST_AUTO_TEST_CASE(a_word_that_the_vocabulary_does_not_have_is_read_as_unknown) {
  BOOST_TEST(as_read(*new_translator("right"), "the zebra sleeps") == "the <unk> sleeps");
}

BOOST_AUTO_TEST_SUITE_END()
