#include "src/autograd/operations.hpp"

#include <array>

#include "src/book/model_formulas.hpp"
#include "tests/support/on_tape.hpp"

using namespace transformer;
using namespace transformer::test;

namespace {

using Variables = std::vector<Variable>;
using Double = MatrixOf<double>;

/// max(0, x).
Double relu(const Double& x) { return xt::maximum(0.0, x); }

}  // namespace

BOOST_FIXTURE_TEST_SUITE(operations, OnTape)

// ---- Gradients ----------------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(linear_without_bias) {
  check_piece(
      *this, {random_matrix({5, 7}, 1), random_matrix({7, 3}, 2)},
      [](const Variables& v) { return linear(v[0], v[1]); },
      [](const DoubleMatrices& m) { return formula::product(m[0], m[1]); });
}

BOOST_AUTO_TEST_CASE(linear_with_bias) {
  check_piece(
      *this, {random_matrix({5, 7}, 1), random_matrix({7, 3}, 2), random_matrix({1, 3}, 3)},
      [](const Variables& v) { return linear(v[0], v[1], v[2]); },
      [](const DoubleMatrices& m) -> Double { return formula::product(m[0], m[1]) + m[2]; });
}

BOOST_AUTO_TEST_CASE(linear_with_bias_and_relu) {
  const auto oracle = [](const DoubleMatrices& m) {
    return relu(formula::product(m[0], m[1]) + m[2]);
  };
  const std::vector<Matrix> inputs = {random_matrix({5, 7}, 1), random_matrix({7, 9}, 2),
                                      random_matrix({1, 9}, 3)};
  check_piece(
      *this, inputs, [](const Variables& v) { return linear(v[0], v[1], v[2], map_id<Relu>); },
      oracle);
}

BOOST_AUTO_TEST_CASE(linear_in_sizes_that_fill_whole_registers_and_blocks) {
  // Small numbers, so that sums over 40 products keep the size of the tolerance.
  const Matrix x = random_matrix({17, 40}, 1, 0.3f), w = random_matrix({40, 33}, 2, 0.3f);
  check_piece(
      *this, {x, w, random_matrix({1, 33}, 3)},
      [](const Variables& v) { return linear(v[0], v[1], v[2]); },
      [](const DoubleMatrices& m) -> Double { return formula::product(m[0], m[1]) + m[2]; });
}

BOOST_AUTO_TEST_CASE(sum_of_two_variables) {
  check_piece(
      *this, {random_matrix({3, 5}, 1), random_matrix({3, 5}, 2)},
      [](const Variables& v) { return add(v[0], v[1]); },
      [](const DoubleMatrices& m) -> Double { return m[0] + m[1]; });
}

BOOST_AUTO_TEST_CASE(dropout_with_the_key_of_its_place) {
  check_piece(
      *this, {random_matrix({6, 11}, 1)},
      [](const Variables& v) { return dropout(dropout(v[0], 0.3f), 0.5f); },
      [](const DoubleMatrices& m) {
        // 0.3f is not 0.3.
        return formula::dropout(formula::dropout<double>(m[0], 0.3f, key(0)), 0.5, key(1));
      });
}

BOOST_AUTO_TEST_CASE(blocks_of_columns) {
  check_piece(
      *this, {random_matrix({4, 9}, 1), random_matrix({3, 3}, 2), random_matrix({3, 3}, 3)},
      [](const Variables& v) {
        const auto [a, b, c] = split_columns<3>(v[0]);
        return add(linear(a, v[1]), add(b, linear(c, v[2])));
      },
      [](const DoubleMatrices& m) -> Double {
        return formula::product(formula::columns(m[0], 0, 3), m[1]) + formula::columns(m[0], 3, 6) +
               formula::product(formula::columns(m[0], 6, 9), m[2]);
      });
}

BOOST_AUTO_TEST_CASE(blocks_of_columns_of_which_only_one_is_used) {
  check_piece(
      *this, {random_matrix({4, 6}, 1), random_matrix({2, 5}, 2)},
      [](const Variables& v) { return linear(split_columns<3>(v[0])[1], v[1]); },
      [](const DoubleMatrices& m) { return formula::product(formula::columns(m[0], 2, 4), m[1]); });
}

BOOST_AUTO_TEST_CASE(blocks_beside_the_whole_in_any_order) {
  const auto check = [&](auto piece) {
    check_piece(*this, {random_matrix({4, 6}, 1)}, piece, [](const DoubleMatrices& m) -> Double {
      return 2.0 * formula::columns(m[0], 0, 2) + 3.0 * formula::columns(m[0], 2, 4) +
             formula::columns(m[0], 4, 6);
    });
  };
  const auto twice = [](Variable x) { return add(x, x); };
  // The first block twice, the second three times, one of them through the whole.
  check([&](const Variables& v) {
    const auto [a, b, c] = split_columns<3>(v[0]);
    const auto [d, e, f] = split_columns<3>(add(v[0], v[0]));
    return add(add(d, b), add(e, c));
  });
  check([&](const Variables& v) {
    const Variable doubled = twice(v[0]);
    const auto [d, e, f] = split_columns<3>(doubled);
    const auto [a, b, c] = split_columns<3>(v[0]);
    return add(add(c, b), add(e, d));
  });
}

BOOST_AUTO_TEST_CASE(the_gradient_of_a_block_is_its_part_of_the_gradient_of_the_whole) {
  const Variable x = variable(1, 4);
  const auto [left, right] = split_columns<2>(x);
  for (const Variable& block : {left, right}) {
    BOOST_TEST(!block.has_gradient());
    BOOST_TEST(block.gradient().empty());
  }
  const Matrix dy = {{3.0f, 4.0f}};
  tape.backward(add(left, right), view_of(dy));
  for (const Variable& block : {left, right}) {
    BOOST_TEST(block.has_gradient());
    BOOST_TEST(close(block.gradient(), matrix_of<double>(view_of(dy)), 0.0));
  }
  BOOST_TEST(close(x.gradient(), MatrixOf<double>{{3.0, 4.0, 3.0, 4.0}}, 0.0));
}

BOOST_AUTO_TEST_CASE(blocks_that_are_not_equal_or_none_are_refused) {
  std::array<Variable, 3> three;
  BOOST_TEST(fails(ExitCode::internal, "split_columns: 4 columns do not make 3 equal blocks",
                   [&] { tape.split_columns(variable(2, 4), three); }));
  BOOST_TEST(fails(ExitCode::internal, "split_columns: 4 columns do not make 0 equal blocks",
                   [&] { tape.split_columns(variable(2, 4), {}); }));
}

BOOST_AUTO_TEST_CASE(blocks_of_what_wants_no_gradient_want_none) {
  const Matrix numbers = {{1.0f, 2.0f}};
  const Variable constant = tape.input(view_of(numbers));
  BOOST_TEST(!split_columns<2>(constant)[0].wants_gradient());
  tape.begin(Mode::inference);
  BOOST_TEST(!split_columns<2>(variable(2, 4))[1].wants_gradient());
}

BOOST_AUTO_TEST_CASE(blocks_of_blocks_and_blocks_that_overlap) {
  check_piece(
      *this, {random_matrix({3, 12}, 1)},
      [](const Variables& v) {
        const Variable x = add(v[0], v[0]);
        const auto halves = split_columns<2>(x);            // columns 0 to 5, 6 to 11
        const auto thirds = split_columns<3>(x);            // columns 0 to 3, 4 to 7, 8 to 11
        const auto sixths = split_columns<3>(halves[1]);    // columns 6 to 7, 8 to 9, 10 to 11
        const auto of_third = split_columns<2>(thirds[1]);  // columns 4 to 5, 6 to 7
        const Variable first = add(sixths[0], of_third[0]);
        return add(first, add(sixths[2], split_columns<3>(halves[0])[0]));
      },
      [](const DoubleMatrices& m) -> Double {
        const auto at = [&](Index begin) { return formula::columns(m[0], begin, begin + 2); };
        return 2.0 * (at(6) + at(4) + at(10) + at(0));
      });
}

/// A block of columns of x, and where it lies.
struct Placed {
  Variable block;
  Index begin;
};

/// x as a whole, its halves, thirds and the parts of one half.
std::vector<Placed> blocks_in_many_ways(Variable x, bool thirds_first) {
  std::vector<Placed> all = {{x, 0}};
  const auto place = [&](const auto& blocks, Index begin) {
    for (const Variable block : blocks) {
      all.push_back({block, begin});
      begin += block.n_columns();
    }
  };
  if (thirds_first) place(split_columns<3>(x), 0);
  const auto halves = split_columns<2>(x);
  place(halves, 0);
  if (!thirds_first) place(split_columns<3>(x), 0);
  place(split_columns<3>(halves[1]), x.n_columns() / 2);
  return all;
}

BOOST_AUTO_TEST_CASE(any_three_blocks_in_any_order_get_their_gradients_to_their_places) {
  const Matrix x_value = random_matrix({2, 6}, 1), column = random_matrix({6, 1}, 2);
  const size_t n_blocks = 9;
  for (size_t use = 0; use < 2 * n_blocks * n_blocks * n_blocks; ++use) {
    const size_t uses[] = {use / 2 % n_blocks, use / 2 / n_blocks % n_blocks,
                           use / 2 / n_blocks / n_blocks};
    tape.begin(Mode::training);
    const Variable input = tape.input(view_of(x_value), true);
    const auto all = blocks_in_many_ways(add(input, input), use % 2 == 0);
    Double expected = zeros<double>(2, 6);
    Variable sum;
    for (size_t i = 0; i < 3; ++i) {
      const auto [block, begin] = all[uses[i]];
      const Index n = block.n_columns();
      const Variable part = linear(block, tape.input(view_of(column).rows(0, n)));
      sum = i == 0 ? part : add(sum, part);
      for (Index j = 0; j < n; ++j) {
        xt::view(expected, xt::all(), begin + j) += 2.0 * static_cast<double>(column(j, 0));
      }
    }
    const Matrix ones = xt::ones<float>({2, 1});
    tape.backward(sum, view_of(ones));
    BOOST_TEST_REQUIRE(close(input.gradient(), expected, 1e-6),
                       uses[0] << ", " << uses[1] << ", " << uses[2]);
  }
}

BOOST_AUTO_TEST_CASE(a_second_backward_pass_over_blocks_adds_as_much_again) {
  const Matrix x_value = random_matrix({2, 4}, 1), dy = random_matrix({2, 2}, 2);
  const Variable x = tape.input(view_of(x_value), true);
  const auto halves = split_columns<2>(add(x, x));
  const Variable y = add(halves[0], halves[0]);
  tape.backward(y, view_of(dy));
  tape.backward(y, view_of(dy));
  Double expected = zeros<double>(2, 4);
  xt::view(expected, xt::all(), xt::range(0, 2)) = 8.0 * Double(dy);
  BOOST_TEST(close(x.gradient(), expected, 1e-6));
}

BOOST_AUTO_TEST_CASE(blocks_of_a_parameter_in_step_after_step) {
  const Variable w = store.add("w", 2, 4, Initial::glorot(2, 4));
  const Matrix dy = random_matrix({2, 2}, 1);
  for (const size_t which : {0, 1, 0}) {
    tape.begin(Mode::training);
    store.forget_gradients();
    const auto blocks = split_columns<2>(tape.use(w));
    tape.backward(add(blocks[which], blocks[which]), view_of(dy));
    Double expected = zeros<double>(2, 4);
    xt::view(expected, xt::all(), xt::range(2 * which, 2 * which + 2)) = 2.0 * Double(dy);
    BOOST_TEST(close(w.gradient(), expected, 1e-7));
  }
}

BOOST_AUTO_TEST_CASE(blocks_of_a_parameter_belong_to_one_tape) {
  const Variable w = store.add("w", 2, 4, Initial::glorot(2, 4));
  const Matrix dy = random_matrix({2, 2}, 1);
  Double expected = zeros<double>(2, 4);
  xt::view(expected, xt::all(), xt::range(0, 2)) = Double(dy);
  Tape one(Threads::serial()), other(Threads::serial());
  for (Tape* each : {&one, &other}) {  // both in their first step
    each->begin(Mode::training);
    store.forget_gradients();
    each->backward(split_columns<2>(each->use(w))[0], view_of(dy));
    BOOST_TEST(close(w.gradient(), expected, 1e-7));
  }
}

BOOST_AUTO_TEST_CASE(a_variable_that_is_used_twice_gets_the_sum_of_both_gradients) {
  check_piece(
      *this, {random_matrix({4, 4}, 1), random_matrix({4, 4}, 2)},
      [](const Variables& v) {
        const Variable x = v[0], w = v[1];
        return add(linear(linear(x, w), w), add(x, x));
      },
      [](const DoubleMatrices& m) -> Double {
        return formula::product(formula::product(m[0], m[1]), m[1]) + 2.0 * m[0];
      });
}

BOOST_AUTO_TEST_CASE(a_chain_of_operations_on_parameters) {
  const Variable w = store.add("w", 5, 6, Initial::glorot(5, 6));
  const Variable b = store.add("b", 1, 6, Initial::zeros());
  const Variable u = store.add("u", 6, 2, Initial::glorot(6, 2));
  shake(store);
  check_piece(
      *this, {random_matrix({3, 5}, 1)},
      [&](const Variables& v) { return linear(linear(v[0], w, b, map_id<Relu>), u); },
      [](const DoubleMatrices& m) {
        return formula::product(relu(formula::product(m[3], m[0]) + m[1]), m[2]);
      });
}

// ---- What is left out ---------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(split_columns_copies_nothing) {
  const Variable x = variable(4, 6);
  const auto [a, b] = split_columns<2>(x);
  BOOST_TEST(a.value().data == x.value().data);
  BOOST_TEST(b.value().data == x.value().data + 3);
  BOOST_TEST(b.value().stride == 6);
  BOOST_TEST(b.n_columns() == 3);
}

BOOST_AUTO_TEST_CASE(an_input_without_gradient_lets_the_others_have_theirs) {
  const Matrix x = random_matrix({3, 4}, 1), w = random_matrix({4, 2}, 2),
               dy = random_matrix({3, 2}, 3);
  const Variable constant = tape.input(view_of(x)), weight = tape.input(view_of(w), true);
  BOOST_TEST(!constant.wants_gradient());
  tape.backward(linear(constant, weight), view_of(dy));
  BOOST_TEST(!constant.has_gradient());
  const Double expected = formula::product(formula::transpose(matrix_of<double>(view_of(x))),
                                           matrix_of<double>(view_of(dy)));
  BOOST_TEST(close(ConstMatrixView(weight.gradient()), expected, 1e-6));
}

BOOST_AUTO_TEST_CASE(dropout_outside_of_training_is_the_identity) {
  tape.begin(Mode::inference);
  const Matrix x = random_matrix({3, 4}, 1);
  const Variable v = tape.input(view_of(x));
  BOOST_TEST(dropout(v, 0.9f).value().data == v.value().data);
}

BOOST_AUTO_TEST_CASE(dropout_keeps_what_is_to_be_kept_and_its_mean) {
  const Index n = 100000;
  Matrix ones = zeros(100, n / 100);
  ones.fill(1.0f);
  const Variable y = dropout(tape.input(view_of(ones)), 0.25f);
  const auto n_dropped = std::count(y.value().data, y.value().data + n, 0.0f);
  const auto n_kept = std::count(y.value().data, y.value().data + n, 1.0f / 0.75f);
  BOOST_TEST(n_dropped + n_kept == n);
  // The standard deviation is sqrt(n p (1 - p)) = 137: four of them.
  BOOST_TEST(std::abs(n_dropped - n / 4) < 4 * 137);
}

// ---- Shapes that do not fit ---------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(factors_that_do_not_fit_are_both_named) {
  const Variable x = variable(2, 3), w = variable(4, 5), b = variable(1, 5);
  const std::string_view expected = "linear: x is (2, 3), w is (4, 5)";
  BOOST_TEST(fails(ExitCode::internal, expected, [&] { linear(x, w); }));
  BOOST_TEST(fails(ExitCode::internal, expected, [&] { linear(x, w, b); }));
}

BOOST_AUTO_TEST_CASE(a_bias_of_another_width_is_named) {
  const Variable x = variable(2, 3), w = variable(3, 5);
  BOOST_TEST(fails(ExitCode::internal, "linear: w is (3, 5), b is (1, 4)",
                   [&] { linear(x, w, variable(1, 4)); }));
  BOOST_TEST(fails(ExitCode::internal, "linear: w is (3, 5), b is (2, 5)",
                   [&] { linear(x, w, variable(2, 5)); }));
}

BOOST_AUTO_TEST_CASE(summands_of_different_shapes_are_both_named) {
  const Variable x = variable(2, 3);
  BOOST_TEST(
      fails(ExitCode::internal, "add: x is (2, 3), z is (3, 2)", [&] { add(x, variable(3, 2)); }));
  BOOST_TEST(
      fails(ExitCode::internal, "add: x is (2, 3), z is (1, 3)", [&] { add(x, variable(1, 3)); }));
}

BOOST_AUTO_TEST_CASE(columns_that_make_no_equal_blocks_are_refused) {
  BOOST_TEST(fails(ExitCode::internal, "split_columns: 7 columns do not make 3 equal blocks",
                   [&] { split_columns<3>(variable(2, 7)); }));
}

BOOST_AUTO_TEST_SUITE_END()
