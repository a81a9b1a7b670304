// One signal asks, the second ends.
#include "src/run/interrupt.hpp"

#include <signal.h>

#include <boost/test/unit_test.hpp>

#include "tests/support/child_process.hpp"

using namespace transformer;
using namespace transformer::test;

namespace {

constexpr int went_on = 42;

}  // namespace

BOOST_AUTO_TEST_CASE(the_first_signal_is_noted) {
  for (const int number : {SIGINT, SIGTERM, SIGHUP, SIGXCPU}) {
    const int code = exit_code_of([&] {
      const InterruptGuard guard;
      if (guard.signal() != 0) return 1;
      raise(number);
      return guard.signal() == number ? went_on : 2;
    });
    BOOST_TEST(code == went_on);
  }
}

BOOST_AUTO_TEST_CASE(the_second_signal_ends_the_program) {
  for (const int second : {SIGINT, SIGTERM, SIGHUP}) {
    const int code = exit_code_of([&] {
      const InterruptGuard guard;
      raise(SIGINT);
      raise(second);
      return went_on;
    });
    BOOST_TEST(code == 128 + second);
  }
}

BOOST_AUTO_TEST_CASE(the_processor_time_may_be_over_for_more_than_a_second) {
  const int code = exit_code_of([&] {
    const InterruptGuard guard;
    for (int i = 0; i < 3; ++i) raise(SIGXCPU);
    return guard.signal() == SIGXCPU ? went_on : 1;
  });
  BOOST_TEST(code == went_on);
}

BOOST_AUTO_TEST_CASE(a_checkpoint_is_asked_for_as_often_as_it_is_and_nothing_ends) {
  const int code = exit_code_of([&] {
    InterruptGuard guard;
    if (guard.asks_to_save()) return 1;
    for (int i = 0; i < 2; ++i) {
      raise(SIGUSR1);
      if (!guard.asks_to_save() || guard.asks_to_save() || guard.signal() != 0) return 2;
    }
    return went_on;
  });
  BOOST_TEST(code == went_on);
}

BOOST_AUTO_TEST_CASE(afterwards_signals_are_what_they_were) {
  const int code = exit_code_of([] {
    { const InterruptGuard guard; }
    raise(SIGTERM);
    return went_on;
  });
  BOOST_TEST(code == 128 + SIGTERM);
}

BOOST_AUTO_TEST_CASE(a_signal_that_was_ignored_stays_ignored) {
  const int code = exit_code_of([] {
    signal(SIGHUP, SIG_IGN);
    const InterruptGuard guard;
    raise(SIGHUP);
    raise(SIGHUP);
    return guard.signal() == 0 ? went_on : 1;
  });
  BOOST_TEST(code == went_on);
}

BOOST_AUTO_TEST_CASE(every_guard_starts_without_a_signal) {
  const int code = exit_code_of([] {
    {
      const InterruptGuard guard;
      raise(SIGINT);
    }
    const InterruptGuard guard;
    return guard.signal() == 0 ? went_on : 1;
  });
  BOOST_TEST(code == went_on);
}
