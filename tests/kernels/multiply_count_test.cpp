#include <boost/test/unit_test.hpp>

#include "src/kernels/kernels.hpp"
#include "tests/support/kernel_cases.hpp"

using namespace transformer;
using namespace transformer::test;

namespace {

/// How many multiply-adds a product of (m, k) and (k, n) takes by the count.
std::int64_t count_of_product(Index m, Index k, Index n, const MatmulOptions& options = {},
                              Threads& threads = Threads::serial()) {
  const Matrix a = random_matrix({m, k}, 1), b = random_matrix({k, n}, 2);
  Matrix c = zeros(m, n);
  const std::int64_t before = n_multiply_adds();
  matmul(view_of(a), view_of(b), view_of(c), options, threads);
  return n_multiply_adds() - before;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(counting_multiply_adds)

BOOST_AUTO_TEST_CASE(a_product_takes_one_for_each_row_column_and_term) {
  for_every_shape([](Shape shape) {
    BOOST_TEST(count_of_product(shape.n_rows, 7, shape.n_columns) ==
               shape.n_rows * 7 * shape.n_columns);
  });
  BOOST_TEST(count_of_product(3, 0, 5) == 0);
}

BOOST_AUTO_TEST_CASE(a_transposed_factor_and_an_added_result_change_nothing) {
  const Matrix a = random_matrix({4, 6}, 1), b = random_matrix({4, 5}, 2);
  Matrix c = zeros(6, 5);
  const std::int64_t before = n_multiply_adds();
  matmul(transposed(view_of(a)), view_of(b), Into::adding_to(view_of(c)));
  BOOST_TEST(n_multiply_adds() - before == 6 * 4 * 5);
}

BOOST_AUTO_TEST_CASE(a_result_that_nobody_wants_costs_nothing) {
  const Matrix a = random_matrix({4, 6}, 1), b = random_matrix({6, 5}, 2);
  const std::int64_t before = n_multiply_adds();
  matmul(view_of(a), view_of(b), Into::nowhere());
  BOOST_TEST(n_multiply_adds() - before == 0);
}

BOOST_AUTO_TEST_CASE(a_product_that_threads_share_counts_once_where_it_was_asked_for) {
  Threads threads(3);
  BOOST_TEST(count_of_product(300, 200, 100, {}, threads) == 300 * 200 * 100);
}

BOOST_AUTO_TEST_SUITE_END()
