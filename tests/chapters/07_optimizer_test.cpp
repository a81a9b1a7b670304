#include "chapters/07_training_loop/optimizer.hpp"

#include <cmath>
#include <limits>

#include "tests/support/on_tape.hpp"

using namespace transformer;
using namespace transformer::test;

namespace {

constexpr Index d_model = 16;

/// Two parameters with a gap between them, and gradients for each step.
struct Descending {
  ParameterStore store{1};
  Variable a = store.add("a", 5, 7, Initial::uniform(1.0));
  Variable b = store.add("b", 1, 19, Initial::uniform(1.0));
  Threads threads{2};

  void fill_gradient(Variable parameter, std::uint64_t step) {
    Tape tape(Threads::serial());
    tape.begin(Mode::training);
    const float size = parameter.n_rows() == 1 ? 1e-4f : 3.0f;
    const Matrix noise = random_matrix(parameter.shape(), step, size);
    tape.backward(tape.use(parameter), view_of(noise));
  }
  /// Random gradients of very different sizes.
  void fill_gradients(std::uint64_t step) {
    store.forget_gradients();
    for (const Variable parameter : {a, b}) fill_gradient(parameter, step);
  }
};

std::vector<float> copy_of(std::span<const float> numbers) {
  return {numbers.begin(), numbers.end()};
}

/// Algorithm 1 of Kingma and Ba (2015), line by line, for one parameter after the other.
struct AdamByTheBook {
  std::vector<double> theta, m, v;

  explicit AdamByTheBook(std::span<const float> start)
      : theta(start.begin(), start.end()), m(start.size()), v(start.size()) {}

  void step(int t, double alpha, std::span<const float> gradients) {
    const double beta_1 = 0.9, beta_2 = 0.98, epsilon = 1e-9;  // section 5.3
    for (size_t i = 0; i < theta.size(); ++i) {
      const double g = double{gradients[i]};
      m[i] = beta_1 * m[i] + (1 - beta_1) * g;
      v[i] = beta_2 * v[i] + (1 - beta_2) * g * g;
      const double m_hat = m[i] / (1 - std::pow(beta_1, t));
      const double v_hat = v[i] / (1 - std::pow(beta_2, t));
      theta[i] -= alpha * m_hat / (std::sqrt(v_hat) + epsilon);
    }
  }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(optimizer, Descending)

// ---- The schedule -------------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(the_rate_is_equation_three_of_the_paper) {
  for (const std::int64_t step : {1, 17, 3999, 4000, 4001, 100000}) {
    const double s = static_cast<double>(step);
    const double paper =
        std::pow(512.0, -0.5) * std::min(std::pow(s, -0.5), s * std::pow(4000.0, -1.5));
    BOOST_TEST(paper_learning_rate(step, 512, 4000) == paper, boost::test_tools::tolerance(1e-14));
  }
}

BOOST_AUTO_TEST_CASE(the_rate_rises_linearly_while_warming_up_and_falls_from_then_on) {
  const std::int64_t warmup_steps = 50;
  const auto rate = [&](std::int64_t step) {
    return paper_learning_rate(step, d_model, warmup_steps);
  };
  for (std::int64_t step = 1; step < warmup_steps; ++step) {
    BOOST_TEST(rate(step + 1) - rate(step) == rate(1), boost::test_tools::tolerance(1e-10));
  }
  for (std::int64_t step = warmup_steps; step < 10 * warmup_steps; ++step) {
    BOOST_TEST(rate(step + 1) < rate(step));
  }
  BOOST_TEST(rate(4 * warmup_steps) == rate(warmup_steps) / 2, boost::test_tools::tolerance(1e-14));
}

BOOST_AUTO_TEST_CASE(the_rate_falls_in_a_straight_line_over_the_last_steps) {
  const Schedule level = [](std::int64_t) { return 3.0; };
  const Schedule cooled = with_cool_down(level, 10, 4);
  for (std::int64_t step = 1; step <= 7; ++step) BOOST_TEST(cooled(step) == 3.0);
  BOOST_TEST(cooled(8) == 3.0 * 3 / 4);
  BOOST_TEST(cooled(10) == 3.0 * 1 / 4);
  BOOST_TEST(cooled(12) == 0.0);
  BOOST_TEST(with_cool_down(level, 10, 0)(10) == 3.0);
  BOOST_TEST(with_cool_down(level, 0, 0)(10) == 3.0);  // a run whose end is not known
  const Schedule paper = paper_schedule(d_model, 20);
  BOOST_TEST(with_cool_down(paper, 100, 50)(76) == paper(76) / 2);
}

// ---- Adam ---------------------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(updates_are_those_of_adam_by_the_book) {
  const std::vector<float> start = copy_of(store.values());
  under_every_instruction_set([&] {
    std::copy(start.begin(), start.end(), store.values().begin());
    std::fill(store.first_moments().begin(), store.first_moments().end(), 0.0f);
    std::fill(store.second_moments().begin(), store.second_moments().end(), 0.0f);
    AdamByTheBook by_the_book(start);
    Optimizer optimizer(store, {}, paper_schedule(d_model, 20, 0.5f));
    for (int step = 1; step <= 60; ++step) {
      fill_gradients(step);
      const UpdateReport report = optimizer.update(step, threads);
      BOOST_TEST(report.applied);
      BOOST_TEST(report.learning_rate == 0.5 * paper_learning_rate(step, d_model, 20));
      by_the_book.step(step, report.learning_rate, store.gradients());
    }
    BOOST_TEST(close(store.values(), by_the_book.theta, 1e-5));
    BOOST_TEST(close(store.first_moments(), by_the_book.m, 1e-6));
    BOOST_TEST(close(store.second_moments(), by_the_book.v, 1e-6));
    BOOST_TEST(!close(store.values(), start, 0.1));  // they went somewhere
  });
}

BOOST_AUTO_TEST_CASE(gaps_between_parameters_stay_zero) {
  Optimizer optimizer(store, {}, paper_schedule(d_model, 5));
  for (int step = 1; step <= 10; ++step) {
    fill_gradients(step);
    optimizer.update(step, threads);
  }
  const std::span<const float> gap = store.values().subspan(35, 13);  // up to the next cache line
  BOOST_TEST(b.value().data == gap.data() + gap.size());
  BOOST_TEST(std::all_of(gap.begin(), gap.end(), [](float x) { return x == 0.0f; }));
}

BOOST_AUTO_TEST_CASE(a_parameter_that_the_loss_does_not_depend_on_keeps_still) {
  Optimizer optimizer(store, {}, paper_schedule(d_model, 5));
  fill_gradients(1);
  store.forget_gradients();  // what b's gradient holds is of another step
  fill_gradient(a, 1);
  const Matrix before = matrix_of<float>(b.value());
  optimizer.update(1, threads);
  BOOST_TEST(same_bits(view_of(before), b.value()));
}

// ---- Groups and frozen parameters ---------------------------------------------------------------

BOOST_AUTO_TEST_CASE(weight_decay_takes_its_share_of_the_parameters_that_it_names) {
  const auto decay_of_a = [&](const Parameter& p) { return p.path == "a" ? 0.1f : 0.0f; };
  const Matrix a_before = matrix_of<float>(a.value()), b_before = matrix_of<float>(b.value());
  Optimizer with(store, {.weight_decay = decay_of_a}, [](std::int64_t) { return 0.5; });
  store.forget_gradients();
  with.update(1, threads);  // all gradients are zero: what moves is the decay
  for (size_t i = 0; i < a_before.size(); ++i) {
    const float kept = 1.0f - 0.5f * 0.1f;
    BOOST_TEST(a.value().data[i] == kept * a_before.data()[i]);
  }
  BOOST_TEST(same_bits(view_of(b_before), b.value()));
}

BOOST_AUTO_TEST_CASE(a_frozen_parameter_keeps_its_bits_and_the_others_move_as_without_it) {
  ParameterStore alone(1);
  const Variable moving = alone.add("a", 5, 7, Initial::uniform(1.0));
  store.at("b").freeze();
  const Matrix b_before = matrix_of<float>(b.value());
  for (ParameterStore* each : {&store, &alone}) {
    each->forget_gradients();
    fill_gradient(each->at("a").variable, 1);
    Optimizer(*each, {.weight_decay = [](const Parameter&) { return 0.1f; }},
              paper_schedule(d_model, 5))
        .update(1, threads);
  }
  BOOST_TEST(same_bits(view_of(b_before), b.value()));
  BOOST_TEST(same_bits(a.value(), moving.value()));
}

// ---- Clipping -----------------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(a_gradient_that_is_too_long_is_scaled_down_to_the_limit) {
  const float limit = 2.0f;
  Optimizer optimizer(store, {.clip_norm = limit}, paper_schedule(d_model, 5));
  fill_gradients(1);
  const std::vector<float> gradients = copy_of(store.gradients());
  double squares = 0.0;
  for (const float g : gradients) squares += double{g} * double{g};
  const UpdateReport report = optimizer.update(1, threads);
  BOOST_TEST(report.gradient_norm == std::sqrt(squares), boost::test_tools::tolerance(1e-6));
  BOOST_TEST_REQUIRE(report.gradient_norm > 2 * limit);
  std::vector<double> expected;
  for (const float g : gradients) {
    expected.push_back(0.1 * double{g} * limit / std::sqrt(squares));
  }
  BOOST_TEST(close(store.first_moments(), expected, 1e-7));
}

BOOST_AUTO_TEST_CASE(a_gradient_within_the_limit_is_left_alone) {
  const std::vector<float> start = copy_of(store.values());
  const auto values_after_a_step = [&](float clip_norm) {
    std::copy(start.begin(), start.end(), store.values().begin());
    std::fill(store.first_moments().begin(), store.first_moments().end(), 0.0f);
    std::fill(store.second_moments().begin(), store.second_moments().end(), 0.0f);
    fill_gradients(1);
    Optimizer(store, {.clip_norm = clip_norm}, paper_schedule(d_model, 5)).update(1, threads);
    return copy_of(store.values());
  };
  const std::vector<float> unclipped = values_after_a_step(0.0f);
  BOOST_TEST(unclipped == values_after_a_step(1000.0f), boost::test_tools::per_element());
}

// ---- Gradients that are not finite --------------------------------------------------------------

BOOST_AUTO_TEST_CASE(a_gradient_that_is_not_finite_changes_nothing) {
  Optimizer optimizer(store, {.clip_norm = 1.0f}, paper_schedule(d_model, 5));
  fill_gradients(1);
  optimizer.update(1, threads);
  const std::vector<float> values = copy_of(store.values());
  const std::vector<float> first = copy_of(store.first_moments());
  const std::vector<float> second = copy_of(store.second_moments());
  using Limits = std::numeric_limits<float>;
  under_every_instruction_set([&] {
    for (const float bad : {Limits::quiet_NaN(), Limits::infinity(), -Limits::infinity()}) {
      fill_gradients(2);
      store.gradients().back() = bad;
      BOOST_TEST(!optimizer.update(2, threads).applied);
      BOOST_TEST(values == copy_of(store.values()), boost::test_tools::per_element());
      BOOST_TEST(first == copy_of(store.first_moments()), boost::test_tools::per_element());
      BOOST_TEST(second == copy_of(store.second_moments()), boost::test_tools::per_element());
    }
  });
}

BOOST_AUTO_TEST_SUITE_END()
