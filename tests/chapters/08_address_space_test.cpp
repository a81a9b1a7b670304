// The translator under limits on addresses, as `ulimit -v` sets them: it works wherever there is
// room for what it needs, and says so in one line where there is not.
#include <sys/resource.h>

#include <algorithm>

#include "tests/chapters/08_translator.hpp"

using namespace transformer;
using namespace transformer::test;

namespace {

constexpr std::int64_t kibibytes_per_megabyte = 1024;

/// Sanitizers take terabytes of addresses for themselves.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool limits_mean_something = false;
#else
constexpr bool limits_mean_something = true;
#endif

/// Runs the translator where no more than so many MB of addresses are granted.
Outcome under_limit(std::int64_t megabytes, const Arguments& arguments) {
  const std::string limit = std::to_string(megabytes * kibibytes_per_megabyte);
  return run("/bin/sh", {.arguments = Arguments{"-c", "ulimit -v " + limit + "; exec \"$0\" \"$@\"",
                                                TRANSLATOR} +
                                      arguments});
}

/// The most memory that any process has used that this one started, in whole MB.
std::int64_t peak_megabytes() {
  rusage usage{};
  getrusage(RUSAGE_CHILDREN, &usage);
  return usage.ru_maxrss / kibibytes_per_megabyte + 1;
}

/// A little more than is asked for, and then ever more, on no even numbers.
std::vector<std::int64_t> ladder_from(std::int64_t least) {
  std::vector<std::int64_t> limits;
  for (std::int64_t limit = least; limit < 200'000; limit += limit / 3 + 7) limits.push_back(limit);
  return limits;
}

struct TrainedWorkplace : Workplace {
  TrainedWorkplace() { BOOST_REQUIRE(succeeds(translator(train("run")))); }
};

}  // namespace

// Where limits mean nothing it is all that is left of these tests.
BOOST_AUTO_TEST_CASE(the_ladder_of_limits_begins_with_the_least_and_rises) {
  const std::vector<std::int64_t> limits = ladder_from(100);
  BOOST_TEST(limits.front() == 100);
  BOOST_TEST(std::is_sorted(limits.begin(), limits.end()));
  BOOST_TEST(limits.back() > 100'000);
}

BOOST_AUTO_TEST_SUITE(address_space, *boost::unit_test::enable_if<limits_mean_something>())

BOOST_FIXTURE_TEST_CASE(it_trains_and_translates_under_every_limit_that_leaves_room,
                        TrainedWorkplace) {
  const Arguments two_threads = {"--threads", "2"};
  const Arguments translate_it = with(translate("run", {"the cat"}), two_threads);
  const Outcome expected = translator(translate_it);
  BOOST_TEST(succeeds(expected));
  for (const std::int64_t limit : ladder_from(64 + 2 * peak_megabytes())) {
    BOOST_TEST_CONTEXT("ulimit -v of " << limit << " MB") {
      const Outcome translated = under_limit(limit, translate_it);
      BOOST_TEST(succeeds(translated));
      BOOST_TEST(translated.out == expected.out);
      const Arguments anew = with(train("run", {"--updates", "4", "--overwrite"}), two_threads);
      BOOST_TEST(succeeds(under_limit(limit, anew)));
    }
  }
}

BOOST_FIXTURE_TEST_CASE(a_further_thread_needs_little_more, TrainedWorkplace) {
  for (const int n_threads : {3, 8, 32}) {
    const std::int64_t limit = 64 + 2 * peak_megabytes() + 24 * (n_threads - 2);
    const Arguments threads = {"--threads", std::to_string(n_threads)};
    BOOST_TEST(succeeds(under_limit(limit, with(translate("run", {"the cat"}), threads))));
  }
}

BOOST_FIXTURE_TEST_CASE(threads_for_which_there_is_no_room_are_refused_in_one_line,
                        TrainedWorkplace) {
  const Arguments all = with(translate("run", {"the cat"}), {"--threads", "256"});
  BOOST_TEST(gives_up(under_limit(100, all), ExitCode::internal, {"system refuses"}));
}

BOOST_FIXTURE_TEST_CASE(a_model_for_which_there_is_no_room_is_refused_in_one_line, Workplace) {
  const Arguments large = with(train("run"), {"--d-model", "1024", "--d-ff", "4096"});
  BOOST_TEST(gives_up(under_limit(64, large), ExitCode::internal,
                      {"out of memory", "MiB", "use smaller sizes or batches", "ulimit -v"}));
}

BOOST_AUTO_TEST_SUITE_END()
