#include <cmath>

#include "src/book/formulas.hpp"
#include "src/kernels/kernels.hpp"
#include "tests/support/close.hpp"
#include "tests/support/kernel_cases.hpp"

using namespace transformer;
using namespace transformer::test;

namespace {

formula::VectorOf<float> random_vector(Index n, std::uint64_t seed, float size) {
  return xt::row(random_matrix({1, n}, seed, size), 0);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(adam_kernel)

BOOST_AUTO_TEST_CASE(ten_steps_are_those_of_the_formula) {
  under_every_instruction_set([] {
    for (const Index n : {0, 1, 3, 16, 17, 100, 40001}) {
      formula::VectorOf<float> values = random_vector(n, 1, 1.0f), first = xt::zeros_like(values),
                               second = first;
      formula::AdamState<double> expected = {values, first, second};
      for (int step = 1; step <= 10; ++step) {
        const formula::VectorOf<float> gradients = random_vector(n, 100 + step, 0.3f);
        const AdamStep adam_step{.learning_rate = 0.01f, .step = step, .gradient_scale = 0.8f};
        adam_update(values, gradients, first, second, adam_step);
        expected = formula::adam<double>(expected, gradients, adam_step);
      }
      BOOST_TEST(close(first, expected.first_moments, 1e-6));
      BOOST_TEST(close(second, expected.second_moments, 1e-6));
      BOOST_TEST(close(values, expected.values, 2e-6));
    }
  });
}

BOOST_AUTO_TEST_CASE(the_first_step_has_the_size_of_the_learning_rate) {
  under_every_instruction_set([] {
    // Whatever the gradient's size: the bias correction makes m_hat = g and v_hat = g^2.
    formula::VectorOf<float> values = {1.0f, 1.0f, 1.0f}, first = {0, 0, 0}, second = {0, 0, 0};
    const formula::VectorOf<float> gradients = {1e-3f, -5.0f, 1e4f};
    adam_update(values, gradients, first, second, {.learning_rate = 0.1f});
    BOOST_TEST(close(values, formula::VectorOf<double>{0.9, 1.1, 0.9}, 1e-6));
  });
}

BOOST_AUTO_TEST_CASE(without_a_gradient_nothing_moves) {
  under_every_instruction_set([] {
    formula::VectorOf<float> values = random_vector(50, 2, 1.0f), zero = xt::zeros_like(values);
    const formula::VectorOf<float> before = values;
    formula::VectorOf<float> first = zero, second = zero;
    adam_update(values, zero, first, second, {.learning_rate = 0.1f, .step = 7});
    BOOST_TEST((values == before));
  });
}

BOOST_AUTO_TEST_CASE(late_steps_are_corrected_no_more) {
  under_every_instruction_set([] {
    formula::VectorOf<float> values = random_vector(50, 3, 1.0f),
                             first = random_vector(50, 4, 0.1f),
                             second = xt::square(random_vector(50, 5, 0.1f));
    const formula::VectorOf<float> gradients = random_vector(50, 6, 0.1f);
    const AdamStep step{.learning_rate = 1e-3f, .step = 3'000'000'000};
    const formula::AdamState<double> expected =
        formula::adam<double>(formula::AdamState<double>{values, first, second}, gradients, step);
    adam_update(values, gradients, first, second, step);
    BOOST_TEST(close(values, expected.values, 1e-6));
  });
}

BOOST_AUTO_TEST_CASE(any_number_of_threads_gives_the_same_bits) {
  const Index n = 100003;
  const formula::VectorOf<float> gradients = random_vector(n, 7, 1.0f);
  check_same_bits_for_any_number_of_threads({3, n}, [&](Threads& threads, MatrixView out) {
    const auto row = [&](Index i) { return std::span<float>(out.row(i), n); };
    for (int step = 1; step <= 3; ++step) {
      adam_update(row(0), gradients, row(1), row(2), {.learning_rate = 0.01f, .step = step},
                  threads);
    }
  });
}

BOOST_AUTO_TEST_SUITE_END()
