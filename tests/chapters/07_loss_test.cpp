#include "chapters/07_training_loop/loss.hpp"

#include <cmath>

#include "chapters/06_decoder/transformer.hpp"
#include "src/book/model_formulas.hpp"
#include "tests/support/on_tape.hpp"

using namespace transformer;
using namespace transformer::test;

namespace {

using Variables = std::vector<Variable>;
using Double = MatrixOf<double>;

std::vector<TokenId> random_targets(Index n, Index n_vocabulary) {
  const RandomKey key{.seed = 5};
  std::vector<TokenId> targets;
  for (Index i = 0; i < n; ++i) {
    targets.push_back(static_cast<TokenId>(
        key.below(static_cast<std::uint64_t>(i), static_cast<std::uint32_t>(n_vocabulary))));
  }
  return targets;
}

/// The largest difference of two matrices in units of the largest element.
double relative_difference(ConstMatrixView actual, ConstMatrixView expected) {
  BOOST_REQUIRE(same_shape(actual, expected));
  const Double a = matrix_of<double>(actual), e = matrix_of<double>(expected);
  return xt::amax(xt::abs(a - e))() / xt::amax(xt::abs(e))();
}

double value_of(Variable loss) { return double{loss.value()(0, 0)}; }

}  // namespace

BOOST_FIXTURE_TEST_SUITE(loss, OnTape)

// ---- Cross-entropy ------------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(label_smoothed_cross_entropy_and_its_gradient) {
  const std::vector<TokenId> targets = random_targets(6, 9);
  for (const float epsilon_ls : {0.0f, 0.1f, 0.5f}) {
    check_piece(
        *this, {random_matrix({6, 9}, 1)},
        [&](const Variables& v) { return label_smoothed_cross_entropy(v[0], targets, epsilon_ls); },
        [&](const DoubleMatrices& m) {
          return Double{{formula::mean_cross_entropy(m[0], targets, epsilon_ls)}};
        });
  }
}

BOOST_AUTO_TEST_CASE(equal_logits_cost_the_logarithm_of_the_vocabulary) {
  const Matrix logits = zeros(3, 50);
  const std::vector<TokenId> targets = {0, 7, 49};
  for (const float epsilon_ls : {0.0f, 0.1f}) {
    const Variable x = tape.input(view_of(logits), true);
    const double loss = value_of(label_smoothed_cross_entropy(x, targets, epsilon_ls));
    BOOST_TEST(std::abs(loss - std::log(50.0)) < 1e-6);
  }
}

BOOST_AUTO_TEST_CASE(the_smoothed_target_itself_costs_its_entropy_and_has_no_gradient) {
  const Index n = 5;
  const double epsilon_ls = 0.1, other = epsilon_ls / static_cast<double>(n);
  const double right = 1 - epsilon_ls + other;
  const std::vector<TokenId> targets = {3};
  Matrix logits = zeros(1, n);
  logits.fill(static_cast<float>(std::log(other)));
  logits(0, 3) = static_cast<float>(std::log(right));
  const Variable x = tape.input(view_of(logits), true);
  const Variable loss = label_smoothed_cross_entropy(x, targets, static_cast<float>(epsilon_ls));
  const double entropy = -right * std::log(right) - 4 * other * std::log(other);
  BOOST_TEST(std::abs(value_of(loss) - entropy) < 1e-6);
  tape.backward(loss);
  for (Index j = 0; j < n; ++j) BOOST_TEST(std::abs(x.gradient()(0, j)) < 1e-7f);
}

BOOST_AUTO_TEST_CASE(rows_and_targets_must_be_as_many) {
  const std::vector<TokenId> targets = {1, 2};
  const Matrix x = zeros(3, 5), table = zeros(7, 5);
  const Variable three = tape.input(view_of(x)), none = tape.input(view_of(x).rows(0, 0));
  BOOST_TEST(fails(ExitCode::internal, "cross_entropy: 3 rows, 2 targets",
                   [&] { label_smoothed_cross_entropy(three, targets, 0.1f); }));
  BOOST_TEST(fails(ExitCode::internal, "cross_entropy: 3 rows, 2 targets", [&] {
    projected_cross_entropy(three, tape.input(view_of(table)), targets, 0.1f);
  }));
  BOOST_TEST(fails(ExitCode::internal, "cross_entropy: 0 rows, 0 targets",
                   [&] { label_smoothed_cross_entropy(none, {}, 0.1f); }));
  BOOST_TEST(fails(ExitCode::internal, "cross_entropy: 3 rows, 2 targets", [&] {
    projected_r_drop(three, tape.input(view_of(table)), targets, 0.1f, 1.0f);
  }));
}

// ---- Straight from the decoder's output ---------------------------------------------------------

// With so many tokens in the vocabulary, so many rows make three chunks: 256, 256 and the rest.
constexpr Index n_chunked_rows = 520, n_chunked_vocabulary = 17000;

BOOST_AUTO_TEST_CASE(chunk_by_chunk_the_loss_and_all_gradients_are_those_of_the_whole) {
  for (const Index n_vocabulary : {Index{50}, n_chunked_vocabulary}) {
    const Matrix y = random_matrix({n_chunked_rows, 8}, 1),
                 table = random_matrix({n_vocabulary, 8}, 2);
    const std::vector<TokenId> targets = random_targets(n_chunked_rows, n_vocabulary);
    under_every_instruction_set([&] {
      Tape other(threads);
      other.begin(Mode::training);
      const Variable y_1 = other.input(view_of(y), true);
      const Variable table_1 = other.input(view_of(table), true);
      const Variable whole =
          label_smoothed_cross_entropy(project_to_vocabulary(y_1, table_1), targets, 0.1f);
      other.backward(whole);

      tape.begin(Mode::training);
      const Variable y_2 = tape.input(view_of(y), true);
      const Variable table_2 = tape.input(view_of(table), true);
      const Variable in_chunks = projected_cross_entropy(y_2, table_2, targets, 0.1f);
      tape.backward(in_chunks);

      BOOST_TEST(std::abs(value_of(in_chunks) - value_of(whole)) < 1e-6 * value_of(whole));
      BOOST_TEST(relative_difference(y_2.gradient(), y_1.gradient()) < 2e-6);
      BOOST_TEST(relative_difference(table_2.gradient(), table_1.gradient()) < 2e-6);
    });
  }
}

/// True where a loss of y and E has the value and, along its own gradient, the derivative of a
/// formula in double precision: there the derivative is largest, the gradient's squared length.
template <class Loss, class Formula>
void check_along_gradient(Tape& tape, const Matrix& y, const Matrix& table, const Loss& loss_of,
                          const Formula& formula_of) {
  const Variable y_1 = tape.input(view_of(y), true), table_1 = tape.input(view_of(table), true);
  const Variable loss = loss_of(y_1, table_1);
  tape.backward(loss);
  const Double dy = matrix_of<double>(y_1.gradient()),
               dtable = matrix_of<double>(table_1.gradient());
  const double squared_length = xt::sum(dy * dy)() + xt::sum(dtable * dtable)();
  const auto loss_at = [&](double t) {
    const Double moved_y = matrix_of<double>(view_of(y)) + t * dy;
    const Double moved_table = matrix_of<double>(view_of(table)) + t * dtable;
    return formula_of(formula::product(moved_y, formula::transpose(moved_table)));
  };
  BOOST_TEST(std::abs(value_of(loss) - loss_at(0.0)) < 1e-5);
  const double h = 1e-3, numeric = (loss_at(h) - loss_at(-h)) / (2 * h);
  BOOST_TEST(std::abs(numeric / squared_length - 1.0) < 1e-5);
}

BOOST_AUTO_TEST_CASE(a_projection_loss_in_three_chunks_has_the_gradients_of_the_formula) {
  const Matrix y = random_matrix({n_chunked_rows, 2}, 1),
               table = random_matrix({n_chunked_vocabulary, 2}, 2);
  const std::vector<TokenId> targets = random_targets(n_chunked_rows, n_chunked_vocabulary);
  check_along_gradient(
      tape, y, table,
      [&](Variable a, Variable b) { return projected_cross_entropy(a, b, targets, 0.1f); },
      [&](const Double& logits) { return formula::mean_cross_entropy(logits, targets, 0.1f); });
}

BOOST_AUTO_TEST_CASE(two_passes_in_three_chunks_each_have_those_of_theirs) {
  constexpr Index n = n_chunked_rows / 2;
  const Matrix y = random_matrix({n_chunked_rows, 2}, 1),
               table = random_matrix({n_chunked_vocabulary, 2}, 2);
  const std::vector<TokenId> targets = random_targets(n, n_chunked_vocabulary);
  check_along_gradient(
      tape, y, table,
      [&](Variable a, Variable b) { return projected_r_drop(a, b, targets, 0.1f, 3.0f); },
      [&](const Double& logits) {
        const Double p = xt::view(logits, xt::range(0, n)),
                     q = xt::view(logits, xt::range(n, 2 * n));
        return (formula::mean_cross_entropy(p, targets, 0.1f) +
                formula::mean_cross_entropy(q, targets, 0.1f)) /
                   2 +
               3.0 / 4 * xt::mean(formula::divergence(p, q))();
      });
}

BOOST_AUTO_TEST_CASE(a_table_that_has_a_gradient_already_gets_the_sum) {
  const Matrix y = random_matrix({4, 3}, 1), table = random_matrix({6, 3}, 2);
  const std::vector<TokenId> targets = random_targets(4, 6);
  const auto gradient_of_table = [&](float before) {
    tape.begin(Mode::training);
    const Variable e = tape.input(view_of(table), true);
    Matrix there = zeros(6, 3);
    there.fill(before);
    tape.backward(e, view_of(there));
    tape.backward(projected_cross_entropy(tape.input(view_of(y), true), e, targets, 0.1f));
    return matrix_of<double>(e.gradient());
  };
  const Double alone = gradient_of_table(0.0f), summed = gradient_of_table(3.0f);
  BOOST_TEST(close(summed, Double(alone + 3.0), 1e-6));
}

BOOST_AUTO_TEST_CASE(outside_of_training_the_loss_is_the_same) {
  const Matrix y = random_matrix({4, 3}, 1), table = random_matrix({6, 3}, 2);
  const std::vector<TokenId> targets = random_targets(4, 6);
  const auto loss_in = [&](Mode mode) {
    tape.begin(mode);
    return value_of(projected_cross_entropy(tape.input(view_of(y), true),
                                            tape.input(view_of(table), true), targets, 0.1f));
  };
  BOOST_TEST(loss_in(Mode::inference) == loss_in(Mode::training));
}

BOOST_AUTO_TEST_SUITE_END()
