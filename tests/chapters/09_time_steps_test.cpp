#include "chapters/09_recurrent_networks/time_steps.hpp"

#include <vector>

#include "tests/support/errors.hpp"

using namespace transformer;
using namespace transformer::test;

namespace {

using Tokens = std::vector<TokenId>;

Tokens listed(std::span<const TokenId> tokens) { return {tokens.begin(), tokens.end()}; }

/// Sentences of 2, 4, 1 and 4 tokens.
const std::vector<Index> offsets = {0, 2, 6, 7, 11};

struct Case {
  explicit Case(Reading reading, const std::vector<Index>& of = offsets)
      : steps(begun(tape), {of}, reading) {}

  static Tape& begun(Tape& tape) {
    tape.begin(Mode::training);
    return tape;
  }

  Tape tape{Threads::serial()};
  TimeSteps steps;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(time_steps)

BOOST_AUTO_TEST_CASE(the_longest_sentence_stands_first_and_equal_ones_keep_their_order) {
  const Case c(Reading::forwards);
  BOOST_TEST(listed(c.steps.order) == (Tokens{1, 3, 0, 2}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_step_has_one_token_of_each_sentence_that_goes_on) {
  const Case c(Reading::forwards);
  BOOST_TEST(c.steps.n_steps() == 4);
  BOOST_TEST(c.steps.n_sentences() == 4);
  BOOST_TEST(c.steps.n_tokens() == 11);
  const std::vector<Tokens> expected = {{2, 7, 0, 6}, {3, 8, 1}, {4, 9}, {5, 10}};
  for (Index t = 0; t < 4; ++t) {
    const Tokens& rows = expected[static_cast<size_t>(t)];
    BOOST_TEST(listed(c.steps.rows_at(t)) == rows, boost::test_tools::per_element());
    BOOST_TEST(c.steps.n_running(t) == std::ssize(rows));
    BOOST_TEST(std::ssize(c.steps.running(t)) == std::ssize(rows));
  }
  BOOST_TEST(listed(c.steps.running(1)) == (Tokens{0, 1, 2}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(backwards_each_sentence_is_read_from_its_own_end) {
  const Case c(Reading::backwards);
  const std::vector<Tokens> expected = {{5, 10, 1, 6}, {4, 9, 0}, {3, 8}, {2, 7}};
  for (Index t = 0; t < 4; ++t) {
    BOOST_TEST(listed(c.steps.rows_at(t)) == expected[static_cast<size_t>(t)],
               boost::test_tools::per_element());
  }
}

BOOST_AUTO_TEST_CASE(places_and_last_find_rows_and_sentences_in_time_order) {
  for (const Reading reading : {Reading::forwards, Reading::backwards}) {
    const Case c(reading);
    for (Index row = 0; row < 11; ++row) {
      const TokenId place = c.steps.places[static_cast<size_t>(row)];
      BOOST_TEST(c.steps.rows[static_cast<size_t>(place)] == row);
    }
    for (size_t s = 0; s < 4; ++s) {
      const Index end = reading == Reading::forwards ? offsets[s + 1] - 1 : offsets[s];
      BOOST_TEST(c.steps.rows[static_cast<size_t>(c.steps.last[s])] == end);
    }
  }
}

BOOST_AUTO_TEST_CASE(tokens_can_be_put_into_time_order) {
  Case c(Reading::forwards, {0, 1, 3});
  const Tokens tokens = {50, 60, 70};
  BOOST_TEST(listed(in_time_order(c.tape, tokens, c.steps)) == (Tokens{60, 50, 70}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(no_sentences_have_no_steps_and_an_empty_one_is_refused) {
  const Case none(Reading::forwards, {0});
  BOOST_TEST(none.steps.n_steps() == 0);
  BOOST_TEST(none.steps.n_tokens() == 0);
  BOOST_TEST(fails(ExitCode::internal, "sentence 1 has no token", [] {
    Case(Reading::forwards, {0, 2, 2, 3});
  }));
}

BOOST_AUTO_TEST_SUITE_END()
