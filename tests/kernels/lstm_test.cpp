#include "src/book/recurrent_formulas.hpp"
#include "src/kernels/kernels.hpp"
#include "tests/support/close.hpp"
#include "tests/support/errors.hpp"
#include "tests/support/gradient_check.hpp"
#include "tests/support/kernel_cases.hpp"

using namespace transformer;
using namespace transformer::test;

namespace {

/// What a step starts from, d numbers wide.
struct Step {
  explicit Step(Shape shape)
      : sums(random_matrix({shape.n_rows, 4 * shape.n_columns}, 1, 3.0f)),
        before(random_matrix({shape.n_rows, 2 * shape.n_columns}, 2)) {}

  Matrix sums, before;
};

MatrixOf<double> doubled(const Matrix& x) { return matrix_of<double>(view_of(x)); }

/// The gates and the state after a step.
struct Done {
  explicit Done(const Step& step)
      : gates(step.sums), state(zeros(step.before.shape(0), step.before.shape(1))) {
    lstm_forward(view_of(gates), view_of(step.before), view_of(state));
  }

  Matrix gates, state;
};

const std::vector<Shape> shapes = {{0, 5}, {1, 1}, {4, 1}, {3, 7}, {2, 16}, {3, 67}, {2, 130}};

}  // namespace

BOOST_AUTO_TEST_SUITE(lstm_kernels)

BOOST_AUTO_TEST_CASE(a_step_is_the_formula_and_writes_nothing_else) {
  for_every_shape(
      [](Shape shape) {
        const Step step(shape);
        Framed gates(step.sums), before(step.before), state({shape.n_rows, 2 * shape.n_columns});
        lstm_forward(gates.view(), before.view(), state.view());
        BOOST_TEST(close(gates.view(), formula::lstm_gates(doubled(step.sums)), 1e-6));
        BOOST_TEST(close(state.view(),
                         formula::lstm_state(doubled(step.sums), doubled(step.before)), 1e-6));
        BOOST_TEST(gates.is_whole());
        BOOST_TEST(state.is_whole());
        BOOST_TEST(same_bits(before.view(), view_of(step.before)));
      },
      shapes);
}

BOOST_AUTO_TEST_CASE(gates_that_are_wide_open_or_shut_are_exactly_1_and_0) {
  under_every_instruction_set([] {
    Matrix gates = {{-200.0f, 200.0f, -200.0f, 200.0f}};
    const Matrix before = {{0.5f, 0.75f}};
    Matrix state = zeros(1, 2);
    lstm_forward(view_of(gates), view_of(before), view_of(state));
    BOOST_TEST(gates(0, 0) < 1e-37f);
    BOOST_TEST(gates(0, 1) == 1.0f);
    BOOST_TEST(gates(0, 2) == -1.0f, boost::test_tools::tolerance(1e-6f));
    BOOST_TEST(gates(0, 3) == 1.0f);
    BOOST_TEST(state(0, 1) == 0.75f);
  });
}

BOOST_AUTO_TEST_CASE(the_gradients_are_those_of_the_formula) {
  for_every_shape(
      [](Shape shape) {
        const Index d = shape.n_columns;
        const Step step(shape);
        const Done done(step);
        const Matrix dstate = random_matrix({shape.n_rows, 2 * d}, 3, 1.0f);
        Framed dgates({shape.n_rows, 4 * d}), dc_before({shape.n_rows, d});
        lstm_backward(view_of(done.gates), view_of(step.before), view_of(done.state),
                      view_of(dstate), dgates.view(), dc_before.view());
        const auto loss = [&](const DoubleMatrices& m) {
          const MatrixOf<double> state = formula::lstm_state(m[0], m[1]);
          return xt::sum(state * doubled(dstate))();
        };
        // The gradient of h_before goes through the sums alone.
        Matrix dbefore = zeros(shape.n_rows, 2 * d);
        copy_to(dc_before.view(), view_of(dbefore).columns(d, 2 * d));
        BOOST_TEST(check_gradient(loss, {doubled(step.sums), doubled(step.before)},
                                  {dgates.view(), view_of(dbefore)}, {.tolerance = 4e-6}));
        BOOST_TEST(dgates.is_whole());
        BOOST_TEST(dc_before.is_whole());
      },
      shapes);
}

BOOST_AUTO_TEST_CASE(the_gradient_of_c_before_is_added_where_it_should_be_or_left_out) {
  under_every_instruction_set([] {
    const Step step({3, 19});
    const Done done(step);
    const Matrix dstate = random_matrix({3, 38}, 3);
    const auto backward = [&](Matrix& dgates, const Into& dc_before) {
      lstm_backward(view_of(done.gates), view_of(step.before), view_of(done.state), view_of(dstate),
                    view_of(dgates), dc_before);
    };
    Matrix replaced = zeros(3, 19), added = constant_matrix({3, 19}, 0.5f);
    Matrix with = zeros(3, 76), without = zeros(3, 76);
    backward(with, view_of(replaced));
    backward(without, Into::adding_to(view_of(added)));
    replaced += 0.5f;
    BOOST_TEST(same_bits(view_of(added), view_of(replaced)));
    without.fill(0.0f);
    backward(without, Into::nowhere());
    BOOST_TEST(same_bits(view_of(with), view_of(without)));
  });
}

BOOST_AUTO_TEST_CASE(any_number_of_threads_gives_the_same_bits) {
  const Step step({40, 150});
  const Done done(step);
  const Matrix dstate = random_matrix({40, 300}, 3);
  check_same_bits_for_any_number_of_threads({40, 300}, [&](Threads& threads, MatrixView state) {
    Matrix gates = step.sums;
    lstm_forward(view_of(gates), view_of(step.before), state, threads);
  });
  check_same_bits_for_any_number_of_threads({40, 600}, [&](Threads& threads, MatrixView dgates) {
    lstm_backward(view_of(done.gates), view_of(step.before), view_of(done.state), view_of(dstate),
                  dgates, Into::nowhere(), threads);
  });
}

BOOST_AUTO_TEST_CASE(shapes_that_do_not_fit_are_refused) {
  Matrix gates = zeros(2, 12), state = zeros(2, 6), wide = zeros(2, 8), c = zeros(2, 3);
  const auto forward = [&](Matrix& of_gates, Matrix& before) {
    lstm_forward(view_of(of_gates), view_of(before), view_of(state));
  };
  const auto backward = [&](Matrix& of_gates, Matrix& before, Matrix& dstate, Matrix& dgates,
                            Matrix& dc) {
    lstm_backward(view_of(of_gates), view_of(before), view_of(state), view_of(dstate),
                  view_of(dgates), view_of(dc));
  };
  forward(gates, state);
  backward(gates, state, state, gates, c);
  BOOST_TEST(fails(ExitCode::internal, "lstm_forward", [&] { forward(wide, state); }));
  BOOST_TEST(fails(ExitCode::internal, "lstm_forward", [&] { forward(gates, wide); }));
  for (int wrong = 0; wrong < 5; ++wrong) {
    BOOST_TEST(fails(ExitCode::internal, "lstm_backward", [&] {
      backward(wrong == 0 ? wide : gates, wrong == 1 ? wide : state, wrong == 2 ? wide : state,
               wrong == 3 ? wide : gates, wrong == 4 ? wide : c);
    }));
  }
}

BOOST_AUTO_TEST_SUITE_END()
