// Threads that the system refuses to start: one clear error, and nothing is left behind.
#include <dlfcn.h>
#include <pthread.h>

#include <atomic>
#include <boost/test/unit_test.hpp>
#include <cerrno>

#include "src/system/threads.hpp"
#include "tests/support/errors.hpp"

using namespace transformer;
using namespace transformer::test;

namespace {

int n_granted = -1;  // threads that may still be started; any number where negative
std::atomic<int> n_running = 0;

struct Body {
  void* (*function)(void*);
  void* argument;
};

void* count_and_run(void* context) {
  const Body body = *static_cast<Body*>(context);
  delete static_cast<Body*>(context);
  ++n_running;
  void* result = body.function(body.argument);
  --n_running;
  return result;
}

}  // namespace

// Stands before the function of the C library.
extern "C" int pthread_create(pthread_t* thread, const pthread_attr_t* attributes,
                              void* (*function)(void*), void* argument) {
  using Create = int (*)(pthread_t*, const pthread_attr_t*, void* (*)(void*), void*);
  static const auto create = reinterpret_cast<Create>(dlsym(RTLD_NEXT, "pthread_create"));
  if (n_granted == 0) return EAGAIN;
  if (n_granted > 0) --n_granted;
  return create(thread, attributes, count_and_run, new Body{function, argument});
}

BOOST_AUTO_TEST_SUITE(threads_refused)

BOOST_AUTO_TEST_CASE(any_of_the_threads_may_be_refused_and_those_that_run_are_ended) {
  for (const int n_threads : {2, 3, 8}) {
    for (int granted = 0; granted < n_threads - 1; ++granted) {
      n_granted = granted;
      BOOST_TEST(
          fails(ExitCode::internal, "use fewer --threads", [&] { Threads team(n_threads); }));
      BOOST_TEST(n_granted == 0);
      BOOST_TEST(n_running == 0);
    }
  }
}

BOOST_AUTO_TEST_CASE(the_message_says_which_of_how_many_and_why) {
  n_granted = 2;
  BOOST_TEST(fails(ExitCode::internal, "thread 4 of 5 (Resource temporarily unavailable)",
                   [] { Threads team(5); }));
}

BOOST_AUTO_TEST_CASE(later_teams_start_when_the_system_allows_it) {
  n_granted = 1;
  BOOST_CHECK_THROW(Threads team(5), Error);
  n_granted = -1;
  Threads team(5);
  BOOST_TEST(n_running == 4);
  std::atomic<int> n_runs = 0;
  team.parallel_for(20, [&](Index) { ++n_runs; });
  BOOST_TEST(n_runs == 20);
}

BOOST_AUTO_TEST_SUITE_END()
