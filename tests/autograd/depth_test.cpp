#include "src/autograd/operations.hpp"
#include "tests/support/on_tape.hpp"

using namespace transformer;
using namespace transformer::test;

BOOST_FIXTURE_TEST_SUITE(the_depth_of_a_dataflow, OnTape)

BOOST_AUTO_TEST_CASE(an_input_waits_for_nothing) { BOOST_TEST(tape.depth_of(variable(2, 3)) == 0); }

BOOST_AUTO_TEST_CASE(the_longest_chain_counts) {
  const Variable x = variable(2, 3), z = variable(2, 3);
  const Variable sum = add(x, z);
  BOOST_TEST(tape.depth_of(sum) == 1);
  const Variable long_way = map<Tanh>(map<Tanh>(sum));
  BOOST_TEST(tape.depth_of(add(x, long_way)) == 4);
  BOOST_TEST(tape.depth_of(add(long_way, x)) == 4);
  BOOST_TEST(tape.depth_of(add(long_way, map<Tanh>(x))) == 4);
}

BOOST_AUTO_TEST_CASE(a_short_way_that_came_first_hides_no_long_one) {
  const Variable x = variable(2, 3);
  const Variable short_way = map<Tanh>(x), long_way = map<Tanh>(map<Tanh>(x));
  BOOST_TEST(tape.depth_of(add(short_way, long_way)) == 3);
  const Variable y = map<Tanh>(x);
  const Variable short_from_y = map<Tanh>(y), long_from_y = map<Tanh>(map<Tanh>(y));
  BOOST_TEST(tape.depth_of(add(short_from_y, long_from_y)) == 4);
}

BOOST_AUTO_TEST_CASE(what_stands_side_by_side_does_not_add_up) {
  const Variable x = variable(2, 3);
  std::vector<Variable> parts;
  for (int i = 0; i < 5; ++i) parts.push_back(map<Tanh>(x));
  BOOST_TEST(tape.depth_of(join_rows(parts)) == 2);
}

BOOST_AUTO_TEST_CASE(what_comes_after_the_output_does_not_count) {
  const Variable x = variable(2, 3), y = map<Tanh>(x);
  map<Tanh>(map<Tanh>(y));
  BOOST_TEST(tape.depth_of(y) == 1);
}

BOOST_AUTO_TEST_CASE(a_chain_goes_on_through_blocks_of_columns_which_cost_nothing) {
  const Variable x = variable(2, 4), y = map<Tanh>(x);
  const auto [left, right] = split_columns<2>(y);
  BOOST_TEST(tape.depth_of(add(left, right)) == 2);
  const auto [of_input, other] = split_columns<2>(x);
  BOOST_TEST(tape.depth_of(add(of_input, other)) == 1);
  BOOST_TEST(tape.depth_of(x) == 0);
  BOOST_TEST(tape.depth_of(left) == 1);
}

BOOST_AUTO_TEST_CASE(what_wants_no_gradient_is_not_recorded) {
  const Matrix constant = zeros(2, 3);
  const Variable c = tape.input(view_of(constant));
  BOOST_TEST(tape.depth_of(add(variable(2, 3), map<Tanh>(map<Tanh>(c)))) == 1);
}

BOOST_AUTO_TEST_SUITE_END()
