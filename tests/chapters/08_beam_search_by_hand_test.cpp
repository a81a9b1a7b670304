// Beam search over models written by hand, where every step can be followed.
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <map>

#include "chapters/08_translation/beam_search.hpp"
#include "tests/support/small_model.hpp"

using namespace transformer;
using namespace transformer::test;

namespace {

using Tokens = std::vector<TokenId>;

/// A model that says what it is told to say: the probabilities of the next token after a prefix.
/// Token 1 begins, 2 ends, 3 and so on are words.
class ScriptedModel : public GrowingSequences {
 public:
  using Script = std::map<Tokens, std::map<TokenId, double>>;
  explicit ScriptedModel(Script script, double shift = 0.0)
      : script_(std::move(script)), shift_(shift) {}

  int n_steps = 0;

  ConstMatrixView append(std::span<const TokenId> tokens) override {
    ++n_steps;
    logits_ = zeros(static_cast<Index>(tokens.size()), n_vocabulary);
    logits_ += static_cast<float>(std::log(1e-9) + shift_);
    for (size_t r = 0; r < tokens.size(); ++r) {
      if (tokens[r] != begin_mark) prefixes_[r].push_back(tokens[r]);
      for (const auto& [token, p] : script_[prefixes_[r]]) {
        logits_(r, token) = static_cast<float>(std::log(p) + shift_);
      }
    }
    return view_of(logits_);
  }
  void continue_from(std::span<const Index> parents) override {
    std::vector<Tokens> next;
    for (const Index parent : parents) next.push_back(prefixes_[static_cast<size_t>(parent)]);
    prefixes_ = next;
    offsets_.back() = std::ssize(prefixes_);
  }
  Segments rows() const override { return {offsets_}; }
  Index limit(Index) const override { return 6; }

 private:
  static constexpr Index n_vocabulary = 8;
  Script script_;
  double shift_;
  std::vector<Tokens> prefixes_ = {{}};
  std::vector<Index> offsets_ = {0, 1};
  Matrix logits_;
};

Translation search_scripted(const ScriptedModel::Script& script, const BeamConfig& beam,
                            double shift = 0.0) {
  ScriptedModel model(script, shift);
  return beam_search(model, Threads::serial(), beam, {begin_mark, end_mark})[0];
}

}  // namespace

BOOST_AUTO_TEST_CASE(scores_are_divided_by_five_plus_the_length_over_six) {
  // ln 0.5 alone, and 1.18 times that for one word more, which the penalty makes worse: 1.18 6/7.
  const double longer = std::pow(0.5, 1.18);
  const ScriptedModel::Script script = {{{}, {{end_mark, 0.5}, {3, longer}, {4, 0.5 - longer}}},
                                        {{3}, {{end_mark, 1.0}}}};
  BOOST_TEST(search_scripted(script, {.size = 2, .length_penalty = 1.0}).tokens == Tokens{});
  // Twice the penalty makes it better.
  BOOST_TEST(search_scripted(script, {.size = 2, .length_penalty = 2.0}).tokens == Tokens{3});
}

BOOST_AUTO_TEST_CASE(or_by_a_power_of_the_length_alone) {
  // The same: 1.18 times ln 0.5 for two tokens, which 2^0.2 = 1.15 makes worse, 2^0.3 = 1.23
  // better.
  const double longer = std::pow(0.5, 1.18);
  const ScriptedModel::Script script = {{{}, {{end_mark, 0.5}, {3, longer}, {4, 0.5 - longer}}},
                                        {{3}, {{end_mark, 1.0}}}};
  const auto found = [&](double alpha) {
    const BeamConfig beam{
        .size = 2, .length_penalty = alpha, .penalty_form = LengthPenalty::fairseq};
    return search_scripted(script, beam).tokens;
  };
  BOOST_TEST(found(0.2) == Tokens{});
  BOOST_TEST(found(0.3) == Tokens{3});
}

BOOST_AUTO_TEST_CASE(of_equal_hypotheses_the_first_row_is_taken) {
  const ScriptedModel::Script script = {
      {{}, {{3, 0.5}, {4, 0.5}}}, {{3}, {{end_mark, 1.0}}}, {{4}, {{end_mark, 1.0}}}};
  BOOST_TEST(search_scripted(script, {.size = 2}).tokens == Tokens{3});
}

BOOST_AUTO_TEST_CASE(as_many_go_on_as_the_beam_is_wide_whatever_ends) {
  // The most likely token ends; 4, the third, has the best continuation.
  const ScriptedModel::Script script = {{{}, {{end_mark, 0.4}, {3, 0.31}, {4, 0.29}}},
                                        {{3}, {{5, 0.5}, {6, 0.5}}},
                                        {{4}, {{end_mark, 1.0}}}};
  BOOST_TEST(search_scripted(script, {.size = 2, .length_penalty = 3.0}).tokens == Tokens{4});
}

BOOST_AUTO_TEST_CASE(an_end_that_is_not_among_the_best_does_not_count) {
  // After 3 and 4, the ends come third and fourth: they finish nothing, and the search goes on.
  const ScriptedModel::Script script = {{{}, {{3, 0.5}, {4, 0.5}}},
                                        {{3}, {{5, 0.6}, {end_mark, 0.4}}},
                                        {{4}, {{end_mark, 0.35}, {6, 0.3}, {7, 0.35}}},
                                        {{3, 5}, {{end_mark, 1.0}}}};
  BOOST_TEST(search_scripted(script, {.size = 2}).tokens == (Tokens{3, 5}));
}

BOOST_AUTO_TEST_CASE(bad_hypotheses_that_ended_early_do_not_close_the_beam) {
  // Both ends of the first two steps are poor; what still grows is nearly certain.
  const ScriptedModel::Script script = {{{}, {{3, 0.98}, {end_mark, 0.01}, {4, 0.01}}},
                                        {{3}, {{5, 0.98}, {end_mark, 0.02}}},
                                        {{3, 5}, {{6, 1.0}}},
                                        {{3, 5, 6}, {{end_mark, 1.0}}}};
  for (const double penalty : {0.0, 0.6, 1.0}) {
    const Translation found = search_scripted(script, {.size = 2, .length_penalty = penalty});
    BOOST_TEST(found.tokens == (Tokens{3, 5, 6}));
    BOOST_TEST(found.complete);
  }
}

BOOST_AUTO_TEST_CASE(the_beam_is_closed_as_soon_as_nothing_can_overtake) {
  // Without a penalty the end of the first step cannot be overtaken; with one, 3 may, and does.
  const ScriptedModel::Script script = {{{}, {{end_mark, 0.5}, {3, 0.45}, {4, 0.05}}},
                                        {{3}, {{5, 1.0}}},
                                        {{3, 5}, {{6, 1.0}}},
                                        {{3, 5, 6}, {{end_mark, 1.0}}}};
  const auto n_steps = [&](double penalty, const Tokens& expected) {
    ScriptedModel model(script);
    const BeamConfig beam{.size = 2, .length_penalty = penalty};
    BOOST_TEST(beam_search(model, Threads::serial(), beam, {begin_mark, end_mark})[0].tokens ==
               expected);
    return model.n_steps;
  };
  BOOST_TEST(n_steps(0.0, {}) == 1);
  BOOST_TEST(n_steps(1.0, {3, 5, 6}) == 4);
}

BOOST_AUTO_TEST_CASE(the_search_goes_on_until_nothing_can_join_the_best_few) {
  // The second best ends two steps after the best.
  const ScriptedModel::Script script = {
      {{}, {{end_mark, 0.6}, {3, 0.3}, {4, 0.1}}}, {{3}, {{5, 1.0}}}, {{3, 5}, {{end_mark, 1.0}}}};
  ScriptedModel model(script);
  BOOST_TEST(search_scripted(script, {.size = 2, .length_penalty = 0.0}).tokens == Tokens{});
  const BeamConfig two{.size = 2, .length_penalty = 0.0, .n_best = 2};
  beam_search(model, Threads::serial(), two, {begin_mark, end_mark});
  BOOST_TEST(model.n_steps == 3);
}

BOOST_AUTO_TEST_CASE(what_all_logits_have_in_common_changes_nothing) {
  const ScriptedModel::Script script = {{{}, {{3, 0.4}, {4, 0.35}, {5, 0.25}}},
                                        {{3}, {{6, 0.5}, {7, 0.5}}},
                                        {{4}, {{end_mark, 0.9}, {5, 0.1}}},
                                        {{5}, {{end_mark, 1.0}}}};
  const Translation expected = search_scripted(script, {.size = 3});
  for (const double shift : {-60.0, 60.0}) {
    const Translation found = search_scripted(script, {.size = 3}, shift);
    BOOST_TEST(found.tokens == expected.tokens);
    BOOST_TEST(std::abs(found.log_probability - expected.log_probability) < 1e-4);
  }
}

BOOST_AUTO_TEST_CASE(where_no_number_is_left_what_there_is_stays) {
  const double none = std::nan("");
  const std::map<TokenId, double> no_number = {{0, none}, {1, none}, {2, none}, {3, none},
                                               {4, none}, {5, none}, {6, none}, {7, none}};
  const ScriptedModel::Script from_the_first = {{{}, no_number}};
  const ScriptedModel::Script later = {{{}, {{3, 0.9}}}, {{3}, no_number}};
  for (const Index size : {1, 4}) {
    const Translation nothing = search_scripted(from_the_first, {.size = size});
    BOOST_TEST(nothing.tokens == Tokens{});
    BOOST_TEST(!nothing.complete);
  }
  const Translation one = search_scripted(later, {.size = 1});
  BOOST_TEST(one.tokens == Tokens{3});
  BOOST_TEST(!one.complete);
}
