// The small row kernels: gather, scatter, add, copy, ReLU's gradient, sums.
#include <cmath>
#include <vector>

#include "src/book/formulas.hpp"
#include "src/kernels/kernels.hpp"
#include "tests/support/close.hpp"
#include "tests/support/errors.hpp"
#include "tests/support/kernel_cases.hpp"

using namespace transformer;
using namespace transformer::test;

BOOST_AUTO_TEST_SUITE(row_pieces)

BOOST_AUTO_TEST_CASE(gather_takes_rows_of_the_table_scaled) {
  for_every_shape([](Shape shape) {
    const Matrix table = random_matrix({6, shape.n_columns}, 1);
    Framed from(table), y(shape);
    std::vector<TokenId> tokens;
    for (Index i = 0; i < shape.n_rows; ++i)
      tokens.push_back(static_cast<TokenId>((5 * i + 2) % 6));
    gather_rows(from.view(), tokens, 3.0f, y.view());
    for (Index i = 0; i < shape.n_rows; ++i) {
      for (Index j = 0; j < shape.n_columns; ++j) {
        BOOST_TEST(y.view()(i, j) == 3.0f * table(tokens[i], j));
      }
    }
    BOOST_TEST(y.is_whole());
  });
}

BOOST_AUTO_TEST_CASE(scatter_adds_once_for_each_time_a_token_stands_there) {
  for_every_shape([](Shape shape) {
    const Matrix dy = random_matrix(shape, 2), before = random_matrix({3, shape.n_columns}, 3);
    std::vector<TokenId> tokens;
    MatrixOf<double> expected = before;
    for (Index i = 0; i < shape.n_rows; ++i) {
      tokens.push_back(i % 2 == 0 ? 2 : 0);
      for (Index j = 0; j < shape.n_columns; ++j) {
        expected(tokens[i], j) += 0.5 * static_cast<double>(dy(i, j));
      }
    }
    Framed from(dy), table(before);
    scatter_add_rows(from.view(), tokens, 0.5f, Into::adding_to(table.view()));
    BOOST_TEST(close(table.view(), expected, 1e-6));
    BOOST_TEST(table.is_whole());
  });
}

BOOST_AUTO_TEST_CASE(adding_and_copying_touch_nothing_beside_the_view) {
  for_every_shape([](Shape shape) {
    const Matrix a = random_matrix(shape, 4), b = random_matrix(shape, 5);
    Framed x(a), y(b), z(shape);
    add_to(x.view(), y.view());
    const Matrix sum = a + b;
    BOOST_TEST(same_bits(y.view(), view_of(sum)));
    copy_to(y.view(), z.view());
    BOOST_TEST(same_bits(z.view(), y.view()));
    BOOST_TEST((y.is_whole() && z.is_whole()));

    // Without gaps a matrix is one long row.
    Matrix dense = b, copy = zeros(shape.n_rows, shape.n_columns);
    add_to(view_of(a), view_of(dense));
    copy_to(view_of(dense), view_of(copy));
    BOOST_TEST(same_bits(view_of(copy), y.view()));
    copy_to(x.view(), view_of(copy));
    BOOST_TEST(same_bits(view_of(copy), x.view()));
  });
}

BOOST_AUTO_TEST_CASE(a_matrix_may_be_added_to_itself) {
  for_every_shape([](Shape shape) {
    const Matrix a = random_matrix(shape, 4), twice = a + a;
    Framed x(a);
    add_to(x.view(), x.view());
    BOOST_TEST(same_bits(x.view(), view_of(twice)));
  });
}

BOOST_AUTO_TEST_CASE(relu_lets_the_gradient_through_where_its_output_is_positive) {
  for_every_shape([](Shape shape) {
    const Matrix dy = random_matrix(shape, 7);
    Matrix y = random_matrix(shape, 6);
    if (y.size() > 0) y(0, 0) = 0.0f;
    Framed framed_y(y), in(dy), dx(shape);
    map_backward(map_id<Relu>, framed_y.view(), framed_y.view(), in.view(), dx.view());
    const Matrix expected = xt::where(y > 0.0f, dy, 0.0f);
    BOOST_TEST(same_bits(dx.view(), view_of(expected)));
    BOOST_TEST(dx.is_whole());
    map_backward(map_id<Relu>, framed_y.view(), framed_y.view(), in.view(), in.view());
    BOOST_TEST(same_bits(in.view(), dx.view()));
  });
}

BOOST_AUTO_TEST_CASE(sums_over_rows_replace_or_add) {
  for_every_shape([](Shape shape) {
    const Matrix x = random_matrix(shape, 8), before = random_matrix({1, shape.n_columns}, 9);
    formula::VectorOf<double> expected = xt::zeros<double>({x.shape(1)});
    for (Index i = 0; i < shape.n_rows; ++i) expected += xt::row(x, i);
    Framed from(x), sums(before);
    sum_rows(from.view(), sums.view());
    BOOST_TEST(close(sums.view(), expected, 1e-6));
    sum_rows(from.view(), Into::adding_to(sums.view()));
    BOOST_TEST(close(sums.view(), formula::VectorOf<double>(2 * expected), 1e-6));
    BOOST_TEST(sums.is_whole());
  });
}

BOOST_AUTO_TEST_CASE(results_are_added_to_what_is_there_or_go_nowhere) {
  for_every_shape([](Shape shape) {
    const Matrix x = random_matrix(shape, 4), dy = random_matrix(shape, 5),
                 before = random_matrix(shape, 6);
    const auto check = [&](auto kernel, double tolerance) {
      Framed once(shape), added(before);
      kernel(Into(once.view()));
      kernel(Into::adding_to(added.view()));
      BOOST_TEST(close(added.view(), Matrix(before + matrix_of<float>(once.view())), tolerance));
      BOOST_TEST((once.is_whole() && added.is_whole()));
      kernel(Into::nowhere());
    };
    check([&](Into into) { copy_to(view_of(x), into); }, 0);
    check([&](Into into) { scale_to(view_of(x), 1.5f, into); }, 1e-6);
    check([&](Into into) { map_backward(map_id<Relu>, view_of(x), view_of(x), view_of(dy), into); },
          0);
    const Matrix one = xt::eye<float>(x.shape(1));
    check([&](Into into) { matmul(view_of(x), view_of(one), into); }, 1e-6);
  });
}

BOOST_AUTO_TEST_CASE(a_table_that_is_replaced_holds_zeros_where_no_token_stands) {
  for_every_shape([](Shape shape) {
    const Matrix dy = random_matrix(shape, 2), before = random_matrix({5, shape.n_columns}, 3);
    const std::vector<TokenId> tokens(static_cast<size_t>(shape.n_rows), 3);
    Framed table(before);
    scatter_add_rows(view_of(dy), tokens, 2.0f, table.view());
    MatrixOf<double> expected = zeros<double>(5, shape.n_columns);
    for (Index i = 0; i < shape.n_rows; ++i) xt::row(expected, 3) += 2.0 * xt::row(dy, i);
    BOOST_TEST(close(table.view(), expected, 1e-6));
    BOOST_TEST(table.is_whole());
  });
}

BOOST_AUTO_TEST_CASE(a_matrix_without_columns_has_no_sums) {
  const Matrix x = zeros(5, 0);
  Matrix sums = zeros(1, 0), table = zeros(3, 0);
  const std::vector<TokenId> tokens(5, 1);
  under_every_instruction_set([&] {
    for (const int n_threads : {1, 2, 3}) {
      Threads threads(n_threads);
      sum_rows(view_of(x), view_of(sums), threads);
      scatter_add_rows(view_of(x), tokens, 1.0f, view_of(table), threads);
    }
  });
}

BOOST_AUTO_TEST_CASE(a_copy_to_the_same_place_with_another_stride_is_made) {
  // Rows that move together: the first stays where it is.
  std::vector<float> numbers = {1, 2, -1, 3, 4, -1, 5, 6};
  copy_to(ConstMatrixView(numbers.data(), 3, 2, 3), MatrixView(numbers.data(), 3, 2, 2));
  const std::vector<float> expected = {1, 2, 3, 4, 5, 6};
  BOOST_TEST(std::vector(numbers.begin(), numbers.begin() + 6) == expected,
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(shapes_that_do_not_fit_are_refused_with_both) {
  Matrix a = zeros(2, 3), b = zeros(2, 4), row = zeros(1, 4), table = zeros(5, 4);
  const std::vector<TokenId> tokens(3);
  const auto refused = [](std::string_view message, auto call) {
    return fails(ExitCode::internal, message, call);
  };
  BOOST_TEST(
      refused("copy_to: x is (2, 3), y is (2, 4)", [&] { copy_to(view_of(a), view_of(b)); }));
  BOOST_TEST(refused("copy_to: x is (2, 3), y is (2, 4)", [&] { add_to(view_of(a), view_of(b)); }));
  BOOST_TEST(refused("scale_to: x is (2, 3), y is (2, 4)",
                     [&] { scale_to(view_of(a), 2.0f, view_of(b)); }));
  BOOST_TEST(refused("map_backward: y is (2, 3), dy is (2, 4)", [&] {
    map_backward(map_id<Relu>, view_of(a), view_of(a), view_of(b), view_of(a));
  }));
  BOOST_TEST(refused("map_backward: y is (2, 3), dx is (2, 4)", [&] {
    map_backward(map_id<Relu>, view_of(a), view_of(a), view_of(a), view_of(b));
  }));
  BOOST_TEST(refused("sum_rows: x is (2, 3), sums is (1, 4)",
                     [&] { sum_rows(view_of(a), view_of(row)); }));
  BOOST_TEST(refused("gather_rows: table is (5, 4), y is (2, 4)",
                     [&] { gather_rows(view_of(table), tokens, 1.0f, view_of(b)); }));
  BOOST_TEST(refused("scatter_add_rows: dy is (2, 4), table is (5, 4)",
                     [&] { scatter_add_rows(view_of(b), tokens, 1.0f, view_of(table)); }));
  const std::vector<TokenId> two_tokens(2);
  BOOST_TEST(refused("scatter_add_rows: dy is (2, 3), table is (5, 4)",
                     [&] { scatter_add_rows(view_of(a), two_tokens, 1.0f, view_of(table)); }));
  for (const TokenId wrong : {-1, 5}) {
    const std::vector<TokenId> beyond = {4, wrong};
    Matrix two = zeros(2, static_cast<Index>(table.shape(1)));
    const std::string message = fmt::format("row {} is wanted of a table of 5 rows", wrong);
    BOOST_TEST(refused("gather_rows: " + message,
                       [&] { gather_rows(view_of(table), beyond, 1.0f, view_of(two)); }));
    BOOST_TEST(refused("scatter_add_rows: " + message,
                       [&] { scatter_add_rows(view_of(two), beyond, 1.0f, view_of(table)); }));
  }
}

BOOST_AUTO_TEST_CASE(the_sum_of_squares_has_the_precision_of_double) {
  under_every_instruction_set([] {
    for (const Index n : {0, 1, 7, 31, 32, 33, 1000, 16384, 16385, 200001, 1100000}) {
      const Matrix x = random_matrix({1, n}, 10);
      double expected = 0;
      for (const float v : x) expected += static_cast<double>(v) * static_cast<double>(v);
      const double actual = sum_of_squares({x.data(), x.size()});
      BOOST_TEST(std::abs(actual - expected) <= 1e-12 * expected, "n = " << n);
    }
    // The square of this number is no float.
    const std::vector<float> large(100, 1e30f);
    BOOST_TEST(sum_of_squares(large) == 1e62, boost::test_tools::tolerance(1e-6));
  });
}

BOOST_AUTO_TEST_CASE(any_number_of_threads_gives_the_same_bits) {
  const Shape shape = {300, 217};
  const Matrix x = random_matrix(shape, 11), dy = random_matrix(shape, 12);
  std::vector<TokenId> tokens;
  for (Index i = 0; i < 300; ++i) tokens.push_back(static_cast<TokenId>(i * i % 301));
  check_same_bits_for_any_number_of_threads({304, 217}, [&](Threads& threads, MatrixView out) {
    copy_to(view_of(x), out.rows(0, 300), threads);
    map_backward(map_id<Relu>, view_of(x), view_of(x), out.rows(0, 300), out.rows(0, 300), threads);
    add_to(view_of(dy), out.rows(0, 300), threads);
    scatter_add_rows(view_of(dy), tokens, 0.3f, Into::adding_to(out.rows(0, 301)), threads);
    sum_rows(view_of(x), out.rows(301, 302), threads);
    out(302, 0) = static_cast<float>(sum_of_squares({x.data(), x.size()}, threads));
  });
}

BOOST_AUTO_TEST_CASE(a_long_sum_of_squares_has_the_same_bits_with_any_number_of_threads) {
  const Matrix x = random_matrix({1, 1100000}, 13);
  under_every_instruction_set([&] {
    const double one = sum_of_squares({x.data(), x.size()});
    for (const int n_threads : {2, 3}) {
      Threads threads(n_threads);
      BOOST_TEST(sum_of_squares({x.data(), x.size()}, threads) == one);
    }
  });
}

BOOST_AUTO_TEST_SUITE_END()
