// How fast a long run is now.
#include "src/run/progress.hpp"

#include <boost/test/unit_test.hpp>

using namespace transformer;

namespace {

const auto roughly = boost::test_tools::tolerance(0.05);

}  // namespace

BOOST_AUTO_TEST_CASE(a_rate_is_that_of_the_last_half_minute) {
  RecentRate rate({100.0, 7, 0});
  double time = 100.0;
  std::int64_t step = 7, n_tokens = 0;
  const auto run = [&](double seconds, double steps_per_second) {
    for (double t = 0; t < seconds; t += 1 / steps_per_second) {
      rate.note({time += 1 / steps_per_second, ++step, n_tokens += 50});
    }
  };
  run(5, 4.0);
  BOOST_TEST(rate.steps_per_second() == 4.0, roughly);
  BOOST_TEST(rate.tokens_per_second() == 200.0, roughly);
  run(100, 20.0);
  BOOST_TEST(rate.steps_per_second() == 20.0, roughly);
  // A night's sleep is forgotten after half a minute.
  time += 30000;
  run(1, 20.0);
  BOOST_TEST(rate.steps_per_second() < 1.0);
  run(35, 20.0);
  BOOST_TEST(rate.steps_per_second() == 20.0, roughly);
  // Steps that take longer than that.
  run(500, 0.01);
  BOOST_TEST(rate.steps_per_second() == 0.01, roughly);
}
