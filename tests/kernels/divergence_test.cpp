#include <vector>

#include "src/book/formulas.hpp"
#include "src/kernels/kernels.hpp"
#include "tests/support/close.hpp"
#include "tests/support/errors.hpp"
#include "tests/support/gradient_check.hpp"
#include "tests/support/kernel_cases.hpp"

using namespace transformer;
using namespace transformer::test;

BOOST_AUTO_TEST_SUITE(divergence_kernel)

BOOST_AUTO_TEST_CASE(divergences_are_the_formula_with_and_without_gradients) {
  for_every_shape([](Shape shape) {
    const Matrix a = random_matrix(shape, 1, 5.0f), b = random_matrix(shape, 2, 5.0f);
    const auto expected = formula::divergence<double>(a, b);
    formula::VectorOf<float> divergences(std::array{static_cast<size_t>(shape.n_rows)});
    formula::VectorOf<float> again = divergences;
    divergence(view_of(a), view_of(b), 1.0f, divergences, {}, {});
    BOOST_TEST(close(divergences, expected, 1e-5));
    Framed da(shape), db(shape);
    divergence(view_of(a), view_of(b), 1.0f, again, da.view(), db.view());
    BOOST_TEST((again == divergences));
    BOOST_TEST(da.is_whole());
    BOOST_TEST(db.is_whole());
  });
}

BOOST_AUTO_TEST_CASE(the_gradients_are_those_of_the_formula) {
  for_every_shape(
      [](Shape shape) {
        const Matrix a = random_matrix(shape, 1, 3.0f), b = random_matrix(shape, 2, 3.0f);
        std::vector<float> divergences(static_cast<size_t>(shape.n_rows));
        const float scale = 1.75f;
        Framed da(shape), db(shape);
        divergence(view_of(a), view_of(b), scale, divergences, da.view(), db.view());
        const auto loss = [&](const DoubleMatrices& m) -> double {
          return scale * xt::sum(formula::divergence(m[0], m[1]))();
        };
        BOOST_TEST(check_gradient(loss, {xt::cast<double>(a), xt::cast<double>(b)},
                                  {da.view(), db.view()}, {.tolerance = 1e-5}));
      },
      {{1, 1}, {4, 1}, {1, 3}, {9, 17}, {2, 67}});
}

BOOST_AUTO_TEST_CASE(the_same_logits_do_not_diverge_however_large) {
  for_every_shape([](Shape shape) {
    const Matrix a = random_matrix(shape, 1, 1e4f);
    std::vector<float> divergences(static_cast<size_t>(shape.n_rows));
    Matrix da = zeros(shape.n_rows, shape.n_columns), db = da;
    divergence(view_of(a), view_of(a), 1.0f, divergences, view_of(da), view_of(db));
    for (const float d : divergences) BOOST_TEST(d == 0.0f);
    for (const Matrix* gradient : {&da, &db}) {
      for (size_t i = 0; i < gradient->size(); ++i) BOOST_TEST(gradient->data()[i] == 0.0f);
    }
  });
}

BOOST_AUTO_TEST_CASE(shapes_that_do_not_fit_are_refused) {
  Matrix a = zeros(2, 3), wrong = zeros(2, 4);
  std::vector<float> two(2), three(3);
  const auto call = [](const Matrix& x, const Matrix& y, std::vector<float>& sums, Matrix& dx,
                       Matrix& dy) {
    divergence(view_of(x), view_of(y), 1.0f, sums, view_of(dx), view_of(dy));
  };
  Matrix d = a;
  BOOST_TEST(fails(ExitCode::internal, "divergence", [&] { call(a, wrong, two, d, d); }));
  BOOST_TEST(fails(ExitCode::internal, "divergence", [&] { call(a, a, three, d, d); }));
  BOOST_TEST(fails(ExitCode::internal, "divergence", [&] { call(a, a, two, wrong, d); }));
  BOOST_TEST(fails(ExitCode::internal, "divergence", [&] { call(a, a, two, d, wrong); }));
}

BOOST_AUTO_TEST_SUITE_END()
