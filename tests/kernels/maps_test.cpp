// The functions of maps.hpp where a formula's tolerance would hide what is wrong.
#include <cmath>
#include <limits>

#include "src/kernels/kernels.hpp"
#include "tests/support/kernel_cases.hpp"

using namespace transformer;
using namespace transformer::test;

namespace {

constexpr float infinity = std::numeric_limits<float>::infinity();
constexpr float smallest_normal = std::numeric_limits<float>::min();

float log_of(float x) {
  map_forward(map_id<Log>, {&x, 1, 1}, {&x, 1, 1});
  return x;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(map_kernels)

BOOST_AUTO_TEST_CASE(the_logarithm_is_right_to_the_last_places) {
  under_every_instruction_set([] {
    double worst = 0;
    const auto look_at = [&](float x) {
      const double expected = std::log(static_cast<double>(x));
      const double difference = std::abs(static_cast<double>(log_of(x)) - expected);
      if (difference > 0) worst = std::max(worst, difference / std::abs(expected));
    };
    for (int k = 0; k < 5000; ++k) {
      look_at(smallest_normal * std::pow(2.0f, 0.05f * static_cast<float>(k)));  // to 2^123
      look_at(0.4f + 0.0003f * static_cast<float>(k));                           // around 1
    }
    look_at(1.0f);
    look_at(smallest_normal);
    look_at(std::numeric_limits<float>::max());
    BOOST_TEST(worst < 2.5e-7);  // two units of 1.2e-7
  });
}

BOOST_AUTO_TEST_CASE(the_logarithm_of_what_has_none) {
  under_every_instruction_set([] {
    BOOST_TEST(log_of(0.0f) == -infinity);
    BOOST_TEST(log_of(smallest_normal / 2) == -infinity);
    BOOST_TEST(log_of(infinity) == infinity);
    BOOST_TEST(std::isnan(log_of(-1.0f)));
    BOOST_TEST(std::isnan(log_of(-infinity)));
    BOOST_TEST(std::isnan(log_of(std::numeric_limits<float>::quiet_NaN())));
  });
}

BOOST_AUTO_TEST_SUITE_END()
