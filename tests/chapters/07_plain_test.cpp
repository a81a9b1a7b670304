// The plain loops that the page shows compute what the fast ones do that train.
#include "chapters/07_training_loop/program/plain.hpp"

#include "tests/support/on_tape.hpp"

using namespace transformer;
using namespace transformer::test;

BOOST_AUTO_TEST_SUITE(plain)

BOOST_AUTO_TEST_CASE(the_plain_loss_and_its_gradient_are_those_of_the_kernel) {
  for (const float size : {1.0f, 30.0f}) {
    for (const float epsilon_ls : {0.0f, 0.1f}) {
      const Matrix logits = random_matrix({1, 13}, 1, size);
      const TokenId right = 5;
      float loss = 0.0f;
      Matrix expected = zeros(1, 13);
      cross_entropy(view_of(logits), {&right, 1}, epsilon_ls, 1.0f, {&loss, 1}, view_of(expected));
      const std::vector<double> x(logits.begin(), logits.end());
      std::vector<double> gradient(x.size());
      const double plain = plain_loss(x, right, double{epsilon_ls}, gradient);
      BOOST_TEST(std::abs(plain - double{loss}) < 1e-5 * (1 + plain));
      BOOST_TEST(close(gradient, expected, 1e-6));
    }
  }
}

BOOST_AUTO_TEST_CASE(plain_adam_is_that_of_the_kernel_step_by_step) {
  constexpr Index n = 7;
  Matrix values = random_matrix({1, n}, 1), m = zeros(1, n), v = zeros(1, n);
  std::vector<double> theta(values.begin(), values.end());
  PlainAdam plain(static_cast<size_t>(n));
  const auto span_of = [](Matrix& x) { return std::span<float>(x.data(), x.size()); };
  for (int t = 1; t <= 20; ++t) {
    const float size = t % 2 == 0 ? 5.0f : 1e-3f;
    const Matrix g = random_matrix({1, n}, static_cast<std::uint64_t>(1 + t), size);
    adam_update(span_of(values), {g.data(), g.size()}, span_of(m), span_of(v),
                {.learning_rate = 0.01f, .step = t});
    plain.step(t, 0.01, std::vector<double>(g.begin(), g.end()), theta);
    BOOST_TEST(close(theta, values, 1e-5));
  }
}

BOOST_AUTO_TEST_SUITE_END()
