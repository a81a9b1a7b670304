#include "src/autograd/parameter_store.hpp"

#include <fmt/format.h>

#include <cmath>
#include <numeric>
#include "src/autograd/tape.hpp"
#include "tests/support/on_tape.hpp"

using namespace transformer;
using namespace transformer::test;

namespace {

struct Statistics {
  double mean = 0.0;
  double variance = 0.0;
};

Statistics statistics_of(ConstMatrixView x) {
  const auto n = static_cast<double>(x.size());
  Statistics result;
  for (Index i = 0; i < x.size(); ++i) result.mean += static_cast<double>(x.data[i]) / n;
  for (Index i = 0; i < x.size(); ++i) {
    result.variance += std::pow(static_cast<double>(x.data[i]) - result.mean, 2) / n;
  }
  return result;
}

bool all_equal(std::span<const float> numbers, float value) {
  return std::all_of(numbers.begin(), numbers.end(), [&](float x) { return x == value; });
}

std::span<const float> numbers_of(ConstMatrixView view) {
  return {view.data, static_cast<size_t>(view.size())};
}

/// One training step in which the gradient of the parameter is `number` everywhere.
void give_gradient(Variable parameter, float number) {
  const std::vector<float> numbers(static_cast<size_t>(parameter.value().size()), number);
  Tape tape(Threads::serial());
  tape.begin(Mode::training);
  tape.backward(tape.use(parameter), {numbers.data(), parameter.n_rows(), parameter.n_columns()});
}

}  // namespace

BOOST_AUTO_TEST_SUITE(parameter_store)

// ---- Initial values -----------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(the_same_seed_gives_the_same_bits) {
  ParameterStore first(5), second(5), other(6);
  for (ParameterStore* store : {&first, &second, &other}) {
    store->add("a", 10, 20, Initial::glorot(10, 20));
    store->add("b", 10, 20, Initial::glorot(10, 20));
  }
  BOOST_TEST(first.values() == second.values(), boost::test_tools::per_element());
  const auto a = matrix_of<float>(first.at("a").variable.value());
  BOOST_TEST((a != matrix_of<float>(other.at("a").variable.value())));
  BOOST_TEST((a != matrix_of<float>(first.at("b").variable.value())));
}

BOOST_AUTO_TEST_CASE(glorot_has_mean_zero_and_variance_two_over_the_sum_of_both_sides) {
  ParameterStore store(1);
  const Statistics seen =
      statistics_of(store.add("w", 300, 500, Initial::glorot(300, 500)).value());
  const double variance = 2.0 / 800;
  // For n uniform numbers: deviation of the mean sqrt(variance / n), of the variance
  // variance * sqrt(0.8 / n). Four of each.
  const double n = 300 * 500;
  BOOST_TEST(std::abs(seen.mean) < 4 * std::sqrt(variance / n));
  BOOST_TEST(std::abs(seen.variance - variance) < 4 * variance * std::sqrt(0.8 / n));
}

BOOST_AUTO_TEST_CASE(uniform_stays_within_its_bounds_and_has_its_variance) {
  ParameterStore store(1);
  const ConstMatrixView x = store.add("w", 400, 400, Initial::uniform(3.0)).value();
  const Statistics seen = statistics_of(x);
  const double n = 400 * 400;
  BOOST_TEST(std::abs(seen.variance - 3.0) < 4 * 3.0 * std::sqrt(0.8 / n));
  const auto [smallest, largest] = std::minmax_element(x.data, x.data + x.size());
  BOOST_TEST(*smallest >= -3.0f);
  BOOST_TEST(*smallest < -2.99f);
  BOOST_TEST(*largest < 3.0f);
  BOOST_TEST(*largest > 2.99f);
}

BOOST_AUTO_TEST_CASE(zeros_and_ones_are_exact) {
  ParameterStore store(1);
  BOOST_TEST(all_equal(numbers_of(store.add("zeros", 3, 7, Initial::zeros()).value()), 0.0f));
  BOOST_TEST(all_equal(numbers_of(store.add("ones", 3, 7, Initial::ones()).value()), 1.0f));
}

// ---- Names --------------------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(a_parameter_is_found_by_its_path) {
  ParameterStore store(1);
  store.add("encoder.w", 2, 3, Initial::ones());
  const Variable b = store.add("encoder.b", 1, 3, Initial::ones());
  BOOST_TEST(store.at("encoder.b").variable.value().data == b.value().data);
  BOOST_TEST(store.parameters()[0].path == "encoder.w");
  BOOST_TEST(store.n_parameters() == 9);
}

BOOST_AUTO_TEST_CASE(an_unknown_path_is_refused) {
  ParameterStore store(1);
  store.add("encoder.w", 2, 3, Initial::ones());
  BOOST_TEST(fails(ExitCode::internal, "no parameter has the path encoder.v",
                   [&] { store.at("encoder.v"); }));
}

BOOST_AUTO_TEST_CASE(a_path_that_is_taken_is_refused) {
  ParameterStore store(1);
  store.add("w", 2, 3, Initial::ones());
  BOOST_TEST(fails(ExitCode::internal, "two parameters have the path w",
                   [&] { store.add("w", 1, 1, Initial::ones()); }));
  BOOST_TEST(store.parameters().size() == 1u);
}

// ---- Memory -------------------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(each_parameter_starts_on_a_cache_line_and_gaps_hold_zeros) {
  ParameterStore store(1);
  store.add("a", 1, 5, Initial::ones());
  store.add("b", 3, 7, Initial::ones());
  const std::span<const float> values = store.values();
  BOOST_REQUIRE(values.size() == 48u);  // 16 floats a line: one for a, two for b
  BOOST_TEST(store.at("a").variable.value().data == values.data());
  BOOST_TEST(store.at("b").variable.value().data == values.data() + 16);
  BOOST_TEST(all_equal(values.subspan(0, 5), 1.0f));
  BOOST_TEST(all_equal(values.subspan(5, 11), 0.0f));
  BOOST_TEST(all_equal(values.subspan(16, 21), 1.0f));
  BOOST_TEST(all_equal(values.subspan(37), 0.0f));
}

BOOST_AUTO_TEST_CASE(values_gradients_and_moments_are_laid_out_alike) {
  ParameterStore store(1);
  store.add("a", 1, 5, Initial::ones());
  const Variable b = store.add("b", 3, 7, Initial::ones());
  const Parameter& parameter = store.at("b");
  const auto place = b.value().data - store.values().data();
  BOOST_TEST(all_equal(store.gradients(), 0.0f));
  BOOST_TEST(b.gradient().data - store.gradients().data() == place);
  BOOST_TEST(store.first_moment(parameter).data - store.first_moments().data() == place);
  BOOST_TEST(store.second_moment(parameter).data - store.second_moments().data() == place);
  BOOST_TEST(store.gradients().size() == store.values().size());
  BOOST_TEST(all_equal(store.first_moments(), 0.0f));
  BOOST_TEST(all_equal(store.second_moments(), 0.0f));
}

BOOST_AUTO_TEST_CASE(whatever_moves_when_parameters_are_added_keeps_its_numbers_and_is_found) {
  ParameterStore store(1);
  std::vector<Variable> all;
  // In both rounds all blocks grow, far enough to move: a quarter of a mebibyte each time.
  for (const char* round : {"first", "second"}) {
    for (int i = 0; i < 20; ++i) {
      all.push_back(store.add(fmt::format("{}.{}", round, i), 257, 255, Initial::ones()));
      std::fill_n(store.parameters().back().value().data, 257 * 255,
                  static_cast<float>(all.size()));
    }
    for (size_t i = 0; i < all.size(); ++i) {
      const Parameter& parameter = store.parameters()[i];
      const auto number = static_cast<float>(i + 1);
      for (MatrixView moment : {store.first_moment(parameter), store.second_moment(parameter)}) {
        std::fill_n(moment.data, moment.size(), number);
      }
      store.forget_gradients();
      give_gradient(all[i], number);
    }
  }
  store.add("last", 2000, 1000, Initial::zeros());
  store.gradients();
  for (size_t i = 0; i < all.size(); ++i) {
    const Parameter& parameter = store.parameters()[i];
    for (const ConstMatrixView view :
         {all[i].value(), all[i].gradient(), ConstMatrixView(store.first_moment(parameter)),
          ConstMatrixView(store.second_moment(parameter))}) {
      BOOST_TEST(all_equal(numbers_of(view), static_cast<float>(i + 1)));
    }
  }
  BOOST_TEST(all_equal(numbers_of(store.at("last").variable.gradient()), 0.0f));
}

BOOST_AUTO_TEST_CASE(a_model_that_is_not_trained_has_no_memory_for_gradients) {
  ParameterStore store(1);
  const Variable w = store.add("w", 10, 10, Initial::ones());
  BOOST_TEST(w.gradient().empty());
  give_gradient(w, 2.0f);
  BOOST_TEST(all_equal(numbers_of(w.gradient()), 2.0f));
}

// ---- Gradients ----------------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(a_parameter_that_the_loss_does_not_depend_on_gets_a_gradient_of_zeros) {
  ParameterStore store(1);
  const Variable used = store.add("used", 2, 3, Initial::ones());
  const Variable unused = store.add("unused", 2, 3, Initial::ones());
  give_gradient(used, 4.0f), give_gradient(unused, 4.0f);  // the step before

  store.forget_gradients();
  BOOST_TEST(!used.has_gradient());
  give_gradient(used, 4.0f);
  store.complete_gradients();
  BOOST_TEST(all_equal(numbers_of(used.gradient()), 4.0f));
  BOOST_TEST(all_equal(numbers_of(unused.gradient()), 0.0f));
}

BOOST_AUTO_TEST_SUITE_END()
