#include <bit>
#include <cmath>

#include "src/book/formulas.hpp"
#include "src/kernels/kernels.hpp"
#include "tests/support/close.hpp"
#include "tests/support/errors.hpp"
#include "tests/support/gradient_check.hpp"
#include "tests/support/kernel_cases.hpp"

using namespace transformer;
using namespace transformer::test;

namespace {

constexpr float scale = 0.7f;

MatrixOf<double> scaled_softmax(const MatrixOf<double>& x, Mask mask) {
  return formula::softmax<double>(static_cast<double>(scale) * x, mask);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(softmax_kernels)

BOOST_AUTO_TEST_CASE(the_forward_pass_is_the_formula_and_writes_nothing_else) {
  for_every_shape([](Shape shape) {
    const Matrix x = random_matrix(shape, 1, 8.0f);
    for (const Mask mask : {Mask::none, Mask::causal}) {
      Framed from(x), to(shape);
      softmax_forward(from.view(), scale, mask, to.view());
      BOOST_TEST(close(to.view(), scaled_softmax(x, mask), 1e-6));
      BOOST_TEST(to.is_whole());
      BOOST_TEST(same_bits(from.view(), view_of(x)));
    }
  });
}

BOOST_AUTO_TEST_CASE(the_output_may_be_the_input) {
  for_every_shape([](Shape shape) {
    Framed x(random_matrix(shape, 2)), y(shape);
    softmax_forward(x.view(), scale, Mask::causal, y.view());
    softmax_forward(x.view(), scale, Mask::causal, x.view());
    BOOST_TEST(same_bits(x.view(), y.view()));
  });
}

BOOST_AUTO_TEST_CASE(a_causal_row_gives_exactly_nothing_to_what_comes_later) {
  for_every_shape(
      [](Shape shape) {
        Matrix y = random_matrix(shape, 3);
        softmax_forward(view_of(y), scale, Mask::causal, view_of(y));
        for (Index i = 0; i < shape.n_rows; ++i) {
          float sum = 0;
          for (Index j = 0; j < shape.n_columns; ++j) {
            const bool visible =
                formula::is_visible(Mask::causal, i, j, shape.n_rows, shape.n_columns);
            BOOST_TEST((y(i, j) > 0) == visible);
            sum += y(i, j);
          }
          const bool sees_any = i + shape.n_columns >= shape.n_rows;
          BOOST_TEST(sum == (sees_any ? 1.0f : 0.0f), boost::test_tools::tolerance(1e-5f));
        }
      },
      {{1, 1}, {5, 5}, {20, 20}, {3, 9}, {1, 40}, {6, 4}, {37, 37}});
}

BOOST_AUTO_TEST_CASE(the_exponential_is_right_to_the_last_places) {
  // In the row (0, x), y_1 / y_0 = e^x.
  under_every_instruction_set([] {
    double worst = 0;
    for (int k = 0; k <= 20000; ++k) {
      const float x = -86.9f * static_cast<float>(k) / 20000;
      float row[2] = {0.0f, x};
      softmax_forward({row, 1, 2}, 1.0f, Mask::none, {row, 1, 2});
      const double expected = std::exp(static_cast<double>(x));
      worst = std::max(worst, std::abs(static_cast<double>(row[1]) / row[0] - expected) / expected);
    }
    BOOST_TEST(worst < 3e-7);  // 1.5 units of 1.2e-7, and two roundings
  });
}

BOOST_AUTO_TEST_CASE(very_large_and_very_small_numbers_are_no_problem) {
  under_every_instruction_set([] {
    const float infinity = std::numeric_limits<float>::infinity();
    Matrix x = {{1e4f, -1e4f, 1e4f},
                {3e38f, 1.0f, -3e38f},
                {-3e38f, -3e38f, -infinity},
                {-1e30f, -1e30f, -1e30f}};
    softmax_forward(view_of(x), 1.0f, Mask::none, view_of(x));
    const Matrix expected = {
        {0.5f, 0, 0.5f}, {1, 0, 0}, {0.5f, 0.5f, 0}, {1.0f / 3, 1.0f / 3, 1.0f / 3}};
    BOOST_TEST(close(x, expected, 1e-7));
  });
}

BOOST_AUTO_TEST_CASE(the_largest_number_may_stand_anywhere_and_lie_far_from_zero) {
  under_every_instruction_set([] {
    for (const Index n : {3, 16, 37, 150}) {
      for (Index largest = 0; largest < n; ++largest) {
        Matrix x = constant_matrix({1, n}, -1e4f);
        x(0, largest) = largest % 2 == 0 ? 1e4f : -2e3f;
        softmax_forward(view_of(x), 1.0f, Mask::none, view_of(x));
        for (Index j = 0; j < n; ++j) BOOST_REQUIRE_EQUAL(x(0, j), j == largest ? 1.0f : 0.0f);
      }
    }
  });
}

BOOST_AUTO_TEST_CASE(a_number_that_is_none_spoils_its_row_and_no_other) {
  under_every_instruction_set([] {
    Matrix x = random_matrix({2, 37}, 4);
    x(0, 20) = std::numeric_limits<float>::quiet_NaN();
    softmax_forward(view_of(x), 1.0f, Mask::none, view_of(x));
    for (Index j = 0; j < 37; ++j) BOOST_TEST((std::isnan(x(0, j)) && !std::isnan(x(1, j))));
  });
}

BOOST_AUTO_TEST_CASE(every_kind_of_nan_makes_its_row_nan) {
  under_every_instruction_set([] {
    for (const std::uint32_t bits : {0x7fc00000u, 0x7fc00001u, 0x7fffffffu, 0xffc00000u,
                                     0xffffffffu, 0x7f800001u, 0xff812345u}) {
      for (const Index n : {3, 16, 37}) {
        Matrix x = random_matrix({1, n}, 4);
        x(0, 1) = std::bit_cast<float>(bits);
        softmax_forward(view_of(x), 1.0f, Mask::none, view_of(x));
        BOOST_TEST(xt::all(xt::isnan(x)), std::hex << bits << std::dec << ", " << n);
      }
    }
  });
}

BOOST_AUTO_TEST_CASE(a_gradient_is_added_to_what_is_there) {
  for_every_shape([](Shape shape) {
    const Matrix x = random_matrix(shape, 5), dy = random_matrix(shape, 6),
                 before = random_matrix(shape, 7);
    Framed y(shape), once(shape), added(before);
    softmax_forward(view_of(x), scale, Mask::none, y.view());
    softmax_backward(y.view(), view_of(dy), scale, once.view());
    softmax_backward(y.view(), view_of(dy), scale, Into::adding_to(added.view()));
    const Matrix expected = before + matrix_of<float>(once.view());
    BOOST_TEST(same_bits(added.view(), view_of(expected)));
    BOOST_TEST(added.is_whole());
    softmax_backward(y.view(), view_of(dy), scale, Into::nowhere());
  });
}

BOOST_AUTO_TEST_CASE(shapes_that_do_not_fit_are_refused) {
  Matrix a = zeros(2, 3), b = zeros(2, 4);
  BOOST_TEST(fails(ExitCode::internal, "softmax_forward: x is (2, 3), y is (2, 4)",
                   [&] { softmax_forward(view_of(a), 1.0f, Mask::none, view_of(b)); }));
  BOOST_TEST(fails(ExitCode::internal, "softmax_backward: y is (2, 3), dy is (2, 4)",
                   [&] { softmax_backward(view_of(a), view_of(b), 1.0f, view_of(a)); }));
  BOOST_TEST(fails(ExitCode::internal, "softmax_backward: y is (2, 3), dx is (2, 4)",
                   [&] { softmax_backward(view_of(a), view_of(a), 1.0f, view_of(b)); }));
}

BOOST_AUTO_TEST_CASE(the_backward_pass_is_the_gradient_of_the_formula) {
  for_every_shape(
      [](Shape shape) {
        const Matrix x = random_matrix(shape, 5), dy = random_matrix(shape, 6);
        Framed y(shape), from(dy), dx(shape);
        softmax_forward(view_of(x), scale, Mask::causal, y.view());
        softmax_backward(y.view(), from.view(), scale, dx.view());
        const auto loss = [&](const MatrixOf<double>& input) -> double {
          return xt::sum(scaled_softmax(input, Mask::causal) * dy)();
        };
        BOOST_TEST(check_gradient(loss, xt::cast<double>(x), dx.view(), {.tolerance = 1e-6}));
        BOOST_TEST(dx.is_whole());

        softmax_backward(y.view(), from.view(), scale, from.view());
        BOOST_TEST(same_bits(from.view(), dx.view()));
      },
      {{1, 1}, {4, 1}, {3, 7}, {9, 17}, {2, 67}});
}

BOOST_AUTO_TEST_CASE(any_number_of_threads_gives_the_same_bits) {
  const Shape shape = {300, 217};
  const Matrix x = random_matrix(shape, 7), dy = random_matrix(shape, 8);
  check_same_bits_for_any_number_of_threads(shape, [&](Threads& threads, MatrixView out) {
    softmax_forward(view_of(x), scale, Mask::causal, out, threads);
    softmax_backward(out, view_of(dy), scale, out, threads);
  });
}

BOOST_AUTO_TEST_SUITE_END()
