// The plain matrix products of chapter 00, for sizes with and without whole tiles.
#include <boost/test/unit_test.hpp>

#include "chapters/00_tensors_and_matmul/naive_matmul.hpp"
#include "src/book/examples.hpp"
#include "tests/support/close.hpp"

using namespace transformer;

namespace {

using ProductFunction = void (*)(ConstMatrixView, ConstMatrixView, MatrixView);

MatrixOf<double> exact_product(const Matrix& a, const Matrix& b) {
  auto c = zeros<double>(static_cast<Index>(a.shape(0)), static_cast<Index>(b.shape(1)));
  for (size_t i = 0; i < a.shape(0); ++i) {
    for (size_t j = 0; j < b.shape(1); ++j) {
      for (size_t l = 0; l < a.shape(1); ++l) c(i, j) += static_cast<double>(a(i, l)) * b(l, j);
    }
  }
  return c;
}

/// Multiplies into the middle of a larger matrix of sevens, and checks what it must not touch, too.
void check_product(ProductFunction product, Index m, Index k, Index n) {
  const Matrix a = normal_matrix(m, k, 1), b = normal_matrix(k, n, 2);
  Matrix around = zeros(m + 2, n + 2);
  around.fill(7);
  const MatrixView c = view_of(around).rows(1, m + 1).columns(1, n + 1);
  product(view_of(a), view_of(b), c);
  BOOST_TEST(test::close(c, exact_product(a, b), 1e-5));
  for (Index i = 0; i < m + 2; ++i) {
    BOOST_TEST((around(i, 0) == 7 && around(i, n + 1) == 7));
  }
  for (Index j = 0; j < n + 2; ++j) {
    BOOST_TEST((around(0, j) == 7 && around(m + 1, j) == 7));
  }
}

}  // namespace

BOOST_AUTO_TEST_CASE(all_plain_products_are_the_product) {
  for (const ProductFunction product : {naive_matmul, reordered_matmul, blocked_matmul}) {
    for (const Index m : {1, 3, 4, 9}) {
      for (const Index n : {1, 15, 16, 17, 40}) {
        for (const Index k : {1, 5, 33}) check_product(product, m, k, n);
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(a_product_over_nothing_is_zero) {
  for (const ProductFunction product : {naive_matmul, reordered_matmul, blocked_matmul}) {
    check_product(product, 5, 0, 18);
  }
}
