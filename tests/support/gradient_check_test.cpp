#include "tests/support/gradient_check.hpp"

#include <limits>
#include <string>

#include "tests/support/close.hpp"

using namespace transformer;
using namespace transformer::test;

namespace {

/// loss = sum of a^3 b, so d/da = 3 a^2 b and d/db = a^3.
double cubic(const DoubleMatrices& inputs) {
  const auto &a = inputs[0], &b = inputs[1];
  return xt::sum(a * a * a * b)();
}

struct Cubic {
  DoubleMatrices inputs = {{{1.0, -2.0, 0.5}, {0.0, 3.0, -1.0}},
                           {{2.0, 0.25, -1.0}, {4.0, -0.5, 1.5}}};
  Matrix da = 3.0 * inputs[0] * inputs[0] * inputs[1];
  Matrix db = inputs[0] * inputs[0] * inputs[0];

  boost::test_tools::predicate_result check() const {
    return check_gradient(cubic, inputs, {view_of(da), view_of(db)});
  }
};

std::string message_of(const boost::test_tools::predicate_result& result) {
  const auto message = result.message();
  return {message.begin(), message.end()};
}

}  // namespace

BOOST_AUTO_TEST_SUITE(gradient_check)

BOOST_FIXTURE_TEST_CASE(the_right_gradient_passes, Cubic) { BOOST_TEST(check()); }

BOOST_FIXTURE_TEST_CASE(one_wrong_element_fails_and_is_named_with_both_values, Cubic) {
  db(1, 1) = 26.0f;
  const auto result = check();
  BOOST_TEST(!result);
  BOOST_TEST(message_of(result).find("input 1, element (1, 1): analytic 26, numeric 27") == 0u,
             message_of(result));
}

BOOST_FIXTURE_TEST_CASE(the_largest_difference_is_the_one_that_is_named, Cubic) {
  da(0, 0) += 0.1f;
  da(1, 2) -= 5.0f;
  db(0, 0) += 0.1f;
  BOOST_TEST(message_of(check()).find("input 0, element (1, 2)") == 0u);
}

BOOST_FIXTURE_TEST_CASE(a_small_error_beyond_the_tolerance_fails, Cubic) {
  da(0, 1) += 0.005f;  // 3 + 1 = 4, times 1e-4 is 4e-4
  BOOST_TEST(!check());
}

BOOST_FIXTURE_TEST_CASE(not_a_number_fails, Cubic) {
  da(0, 0) = std::numeric_limits<float>::quiet_NaN();
  da(1, 1) = 1e6f;
  const auto result = check();
  BOOST_TEST(!result);
  BOOST_TEST(message_of(result).find("input 0, element (0, 0): analytic nan") == 0u);
}

BOOST_FIXTURE_TEST_CASE(another_shape_is_refused, Cubic) {
  const Matrix narrow = zeros(2, 2);
  BOOST_CHECK_THROW(check_gradient(cubic, inputs, {view_of(da), view_of(narrow)}),
                    std::invalid_argument);
  BOOST_CHECK_THROW(check_gradient(cubic, inputs, {view_of(da)}), std::invalid_argument);
}

BOOST_AUTO_TEST_CASE(a_column_block_of_a_wider_matrix_may_be_checked) {
  const MatrixOf<double> x = {{1.0, 2.0}, {3.0, 4.0}};
  Matrix wide = zeros(2, 5);
  const MatrixView gradient = view_of(wide).columns(2, 4);
  for (Index i = 0; i < 2; ++i) {
    for (Index j = 0; j < 2; ++j) gradient(i, j) = static_cast<float>(2 * x(i, j));
  }
  const auto squares = [](const MatrixOf<double>& m) { return xt::sum(m * m)(); };
  BOOST_TEST(check_gradient(squares, x, gradient));
}

BOOST_AUTO_TEST_SUITE_END()
