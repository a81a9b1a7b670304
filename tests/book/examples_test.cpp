// The random matrices and the small measures that the chapters' examples use.
#include "src/book/examples.hpp"

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <limits>

#include "src/base/error.hpp"

using namespace transformer;

BOOST_AUTO_TEST_CASE(the_same_seed_gives_the_same_matrix_and_another_seed_another) {
  const Matrix a = normal_matrix(7, 5, 1), b = normal_matrix(7, 5, 1), c = normal_matrix(7, 5, 2);
  BOOST_TEST(largest_difference(view_of(a), view_of(b)) == 0);
  BOOST_TEST(largest_difference(view_of(a), view_of(c)) > 0.1);
}

BOOST_AUTO_TEST_CASE(random_numbers_are_normal_with_the_variance_asked_for) {
  constexpr Index n = 300;
  const Matrix x = normal_matrix(n, n, 3, 4.0);
  double sum = 0, squares = 0, fourth_powers = 0;
  for (const double value : x) {
    sum += value;
    squares += value * value;
    fourth_powers += value * value * value * value;
  }
  // Within five standard errors of the moments 0, 4 and 3 * 4^2.
  const double count = n * n;
  BOOST_TEST(std::abs(sum / count) < 5 * 2 / std::sqrt(count));
  BOOST_TEST(std::abs(squares / count - 4) < 5 * 4 * std::sqrt(2 / count));
  BOOST_TEST(std::abs(fourth_powers / count - 48) < 5 * 16 * std::sqrt(96 / count));
}

BOOST_AUTO_TEST_CASE(measures_are_what_the_formulas_say) {
  const Matrix a = {{1, 2}, {3, 4}}, b = {{1, 2.5}, {-1, 4}};
  BOOST_TEST(largest_difference(view_of(a), view_of(b)) == 4);
  BOOST_TEST(inner_product(view_of(a), view_of(b)) == 1 + 5 - 3 + 16);
  BOOST_TEST(largest_difference(view_of(a).columns(0, 1), view_of(b).columns(1, 2)) == 1.5);
}

BOOST_AUTO_TEST_CASE(a_number_that_is_not_finite_is_infinitely_far_away) {
  const Matrix a = {{1, std::numeric_limits<float>::quiet_NaN()}}, b = {{1, 2}};
  BOOST_TEST(std::isinf(largest_difference(view_of(a), view_of(b))));
}

BOOST_AUTO_TEST_CASE(unequal_shapes_are_refused) {
  const Matrix a = zeros(2, 3), b = zeros(3, 2);
  BOOST_CHECK_THROW(largest_difference(view_of(a), view_of(b)), Error);
  BOOST_CHECK_THROW(inner_product(view_of(a), view_of(b)), Error);
}

BOOST_AUTO_TEST_CASE(small_numbers_are_written_as_powers_of_ten) {
  BOOST_TEST(power_text(3.14e-7) == "3.1e-07");
  BOOST_TEST(power_text(0.0) == "0");
}
