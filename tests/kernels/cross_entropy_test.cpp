#include <cmath>
#include <limits>
#include <vector>

#include "src/book/formulas.hpp"
#include "src/kernels/kernels.hpp"
#include "tests/support/close.hpp"
#include "tests/support/errors.hpp"
#include "tests/support/gradient_check.hpp"
#include "tests/support/kernel_cases.hpp"

using namespace transformer;
using namespace transformer::test;

namespace {

std::vector<TokenId> random_targets(Shape shape) {
  std::vector<TokenId> targets;
  const RandomKey key{.seed = 99};
  for (Index i = 0; i < shape.n_rows; ++i) {
    targets.push_back(
        static_cast<TokenId>(key.below(i, static_cast<std::uint32_t>(shape.n_columns))));
  }
  return targets;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(cross_entropy_kernel)

BOOST_AUTO_TEST_CASE(losses_are_the_formula_with_and_without_the_gradient) {
  for_every_shape([](Shape shape) {
    const Matrix logits = random_matrix(shape, 1, 9.0f);
    const std::vector<TokenId> targets = random_targets(shape);
    for (const float epsilon : {0.0f, 0.1f}) {
      const auto expected = formula::cross_entropy_smoothed<double>(logits, targets, epsilon);
      Framed from(logits), dlogits(shape);
      formula::VectorOf<float> losses(std::array{targets.size()}), again = losses;
      cross_entropy(from.view(), targets, epsilon, 1.0f, losses, Into::nowhere());
      BOOST_TEST(close(losses, expected, 1e-6));
      BOOST_TEST(same_bits(from.view(), view_of(logits)));
      cross_entropy(from.view(), targets, epsilon, 1.0f, again, dlogits.view());
      BOOST_TEST((again == losses));
      BOOST_TEST(dlogits.is_whole());
    }
  });
}

BOOST_AUTO_TEST_CASE(the_gradient_is_that_of_the_formula) {
  for_every_shape(
      [](Shape shape) {
        const Matrix logits = random_matrix(shape, 2, 4.0f);
        const std::vector<TokenId> targets = random_targets(shape);
        formula::VectorOf<float> losses(std::array{targets.size()});
        const float scale = 1.75f;
        for (const float epsilon : {0.0f, 0.1f}) {
          Framed dlogits(shape), in_place(logits);
          cross_entropy(view_of(logits), targets, epsilon, scale, losses, dlogits.view());
          const auto loss = [&](const MatrixOf<double>& input) -> double {
            return scale *
                   xt::sum(formula::cross_entropy_smoothed<double>(input, targets, epsilon))();
          };
          BOOST_TEST(
              check_gradient(loss, xt::cast<double>(logits), dlogits.view(), {.tolerance = 1e-6}));
          cross_entropy(in_place.view(), targets, epsilon, scale, losses, in_place.view());
          BOOST_TEST(same_bits(in_place.view(), dlogits.view()));
          BOOST_TEST(in_place.is_whole());
        }
      },
      {{1, 1}, {4, 1}, {1, 3}, {9, 17}, {2, 67}});
}

BOOST_AUTO_TEST_CASE(the_gradient_of_each_row_sums_to_nothing) {
  for_every_shape([](Shape shape) {
    Matrix d = random_matrix(shape, 3, 5.0f);
    std::vector<float> losses(shape.n_rows);
    cross_entropy(view_of(d), random_targets(shape), 0.1f, 1.0f, losses, view_of(d));
    const formula::VectorOf<double> sums = xt::sum(MatrixOf<double>(d), {1});
    for (const double sum : sums) BOOST_TEST(std::abs(sum) < 1e-6);
  });
}

BOOST_AUTO_TEST_CASE(very_large_logits_give_finite_losses_and_gradients) {
  under_every_instruction_set([] {
    const Index n = 37;
    Matrix logits = random_matrix({4, n}, 4);
    for (Index j = 0; j < n; ++j) logits(0, j) = j % 2 == 0 ? 1e4f : -1e4f;
    logits(1, 5) = 1e4f;
    logits(2, 5) = -1e4f;
    const std::vector<TokenId> targets = {1, 5, 5, 0};
    for (const float epsilon : {0.0f, 0.1f}) {
      Matrix d = logits;
      formula::VectorOf<float> losses(std::array<size_t, 1>{4});
      cross_entropy(view_of(d), targets, epsilon, 1.0f, losses, view_of(d));
      BOOST_TEST(xt::all(xt::isfinite(d)));
      BOOST_TEST(
          close(losses, formula::cross_entropy_smoothed<double>(logits, targets, epsilon), 1e-6));
    }
  });
}

BOOST_AUTO_TEST_CASE(a_gradient_is_added_to_what_is_there) {
  for_every_shape([](Shape shape) {
    const Matrix logits = random_matrix(shape, 1, 9.0f), before = random_matrix(shape, 2);
    const std::vector<TokenId> targets = random_targets(shape);
    std::vector<float> losses(targets.size());
    Framed once(shape), added(before);
    cross_entropy(view_of(logits), targets, 0.1f, 2.0f, losses, once.view());
    cross_entropy(view_of(logits), targets, 0.1f, 2.0f, losses, Into::adding_to(added.view()));
    BOOST_TEST(close(added.view(), Matrix(before + matrix_of<float>(once.view())), 1e-6));
    BOOST_TEST(added.is_whole());
  });
}

constexpr float infinity = std::numeric_limits<float>::infinity();

BOOST_AUTO_TEST_CASE(a_forbidden_token_has_no_share_in_an_unsmoothed_loss) {
  under_every_instruction_set([] {
    for (const size_t n : {4, 37}) {
      for (size_t forbidden = 0; forbidden < n; ++forbidden) {
        Matrix logits = random_matrix({1, static_cast<Index>(n)}, 6);
        logits(0, forbidden) = -infinity;
        const size_t right = (forbidden + 1) % n;
        double sum = 0;
        for (const float x : logits) sum += std::exp(static_cast<double>(x));
        const std::vector<TokenId> target = {static_cast<TokenId>(right)};
        float loss = 0;
        Matrix d = logits;
        cross_entropy(view_of(logits), target, 0.0f, 1.0f, {&loss, 1}, view_of(d));
        BOOST_TEST(std::abs(loss - (std::log(sum) - static_cast<double>(logits(0, right)))) < 2e-6);
        BOOST_TEST(d(0, forbidden) == 0.0f);
        BOOST_TEST(std::abs(xt::sum(d)()) < 1e-6f);
        // Smoothing gives it a share, and itself as the target all: no finite loss allows that.
        cross_entropy(view_of(logits), target, 0.1f, 1.0f, {&loss, 1}, view_of(d));
        BOOST_TEST(loss == infinity);
        BOOST_TEST(xt::all(xt::isfinite(d)));
        const std::vector<TokenId> itself = {static_cast<TokenId>(forbidden)};
        cross_entropy(view_of(logits), itself, 0.0f, 1.0f, {&loss, 1}, Into::nowhere());
        BOOST_TEST(loss == infinity);
      }
    }
  });
}

BOOST_AUTO_TEST_CASE(log_sum_exp_is_the_formula_wherever_small_numbers_stand) {
  for_every_shape([](Shape shape) {
    for (const float first : {0.5f, -20.0f, -2e4f, -1e9f, -3e38f, -infinity}) {
      Matrix x = random_matrix(shape, 7, 3.0f);
      for (Index i = 0; i < shape.n_rows; ++i) x(i, i % shape.n_columns) = first;
      std::vector<float> sums(static_cast<size_t>(shape.n_rows) + 1, -7.0f);
      log_sum_exp(view_of(x), sums);
      BOOST_TEST(sums.back() == -7.0f);
      for (Index i = 0; i < shape.n_rows; ++i) {
        const formula::VectorOf<double> row = xt::row(x, i);
        const double largest = xt::amax(row)();
        const double expected =
            std::isinf(largest) ? largest : largest + std::log(xt::sum(xt::exp(row - largest))());
        const double actual = sums[static_cast<size_t>(i)];
        const bool is_same = actual == expected;
        BOOST_TEST((is_same || std::abs(actual - expected) <= 1e-6 * (1 + std::abs(expected))));
      }
    }
  });
}

BOOST_AUTO_TEST_CASE(log_sum_exp_of_numbers_that_overflow_by_themselves_is_finite) {
  under_every_instruction_set([] {
    const Matrix x = {{1e4f, 1e4f, -1e4f}, {-1e4f, -1e4f, -1e4f}};
    std::vector<float> sums(2);
    log_sum_exp(view_of(x), sums);
    BOOST_TEST(std::abs(sums[0] - (1e4 + std::log(2.0))) < 1e-3);
    BOOST_TEST(std::abs(sums[1] - (-1e4 + std::log(3.0))) < 1e-3);
  });
}

BOOST_AUTO_TEST_CASE(shapes_that_do_not_fit_are_refused) {
  const Matrix logits = zeros(3, 5);
  Matrix d = zeros(3, 4);
  std::vector<TokenId> targets(3);
  std::vector<float> losses(3);
  const auto refused = [&](std::string_view message) {
    return fails(ExitCode::internal, message,
                 [&] { cross_entropy(view_of(logits), targets, 0.0f, 1.0f, losses, view_of(d)); });
  };
  BOOST_TEST(refused("cross_entropy: logits is (3, 5), dlogits is (3, 4)"));
  losses.resize(2);
  BOOST_TEST(refused("cross_entropy: logits is (3, 5), losses is (2, 1)"));
  targets.resize(4);
  BOOST_TEST(refused("cross_entropy: logits is (3, 5), targets is (4, 1)"));
  BOOST_TEST(fails(ExitCode::internal, "log_sum_exp: x is (3, 5), sums is (2, 1)",
                   [&] { log_sum_exp(view_of(logits), losses); }));
}

BOOST_AUTO_TEST_CASE(any_number_of_threads_gives_the_same_bits) {
  const Shape shape = {300, 217};
  const Matrix logits = random_matrix(shape, 5, 3.0f);
  const std::vector<TokenId> targets = random_targets(shape);
  check_same_bits_for_any_number_of_threads({302, 217}, [&](Threads& threads, MatrixView out) {
    const std::span<float> losses(out.row(300), 300);
    cross_entropy(view_of(logits), targets, 0.1f, 0.5f, losses, out.rows(0, 300), threads);
  });
}

BOOST_AUTO_TEST_SUITE_END()
