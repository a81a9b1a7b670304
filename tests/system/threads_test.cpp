#include "src/system/threads.hpp"

#include <algorithm>
#include <atomic>
#include <boost/test/unit_test.hpp>
#include <chrono>
#include <memory>
#include <set>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "src/system/machine.hpp"
#include "tests/support/errors.hpp"

using namespace transformer;
using namespace transformer::test;

namespace {

const std::vector<int> team_sizes = {1, 2, 3, 8};

}  // namespace

BOOST_AUTO_TEST_SUITE(threads)

// ---- Tasks --------------------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(every_task_runs_exactly_once) {
  for (const int n_threads : team_sizes) {
    Threads team(n_threads);
    BOOST_TEST(team.count() == n_threads);
    for (const Index n_tasks : {0, 1, 2, 3, 7, 1000}) {
      std::vector<int> runs(n_tasks);
      team.parallel_for(n_tasks, [&](Index i) { ++runs[i]; });
      BOOST_TEST(std::count(runs.begin(), runs.end(), 1) == n_tasks);
    }
  }
}

BOOST_AUTO_TEST_CASE(all_is_done_when_the_call_returns_thousands_of_times_in_a_row) {
  for (const int n_threads : team_sizes) {
    Threads team(n_threads);
    std::vector<Index> sums(5);  // plain numbers: a race would show under a thread sanitizer
    for (Index round = 0; round < 5000; ++round) {
      team.parallel_for(5, [&](Index i) { sums[i] += i + round; });
    }
    for (Index i = 0; i < 5; ++i) BOOST_TEST(sums[i] == 5000 * i + 5000 * 4999 / 2);
  }
}

BOOST_AUTO_TEST_CASE(a_team_that_slept_wakes_up) {
  Threads team(3);
  for (int round = 0; round < 5; ++round) {
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
    std::atomic<int> n_runs = 0;
    team.parallel_for(10, [&](Index) { ++n_runs; });
    BOOST_TEST(n_runs == 10);
  }
}

BOOST_AUTO_TEST_CASE(several_threads_do_take_part) {
  Threads team(2);
  // Each task waits for the other one, so that one thread alone would wait for ever.
  std::atomic<int> n_arrived = 0;
  std::vector<std::thread::id> ids(2);
  team.parallel_for(2, [&](Index i) {
    ids[i] = std::this_thread::get_id();
    ++n_arrived;
    while (n_arrived < 2) std::this_thread::yield();
  });
  BOOST_TEST((ids[0] != ids[1]));
}

BOOST_AUTO_TEST_CASE(ranges_cover_everything_once_and_do_not_depend_on_the_team) {
  for (const Index n : {0, 1, 9, 10, 11, 100}) {
    std::set<std::pair<Index, Index>> expected;
    for (Index begin = 0; begin < n; begin += 10) expected.insert({begin, std::min(n, begin + 10)});
    for (const int n_threads : team_sizes) {
      Threads team(n_threads);
      std::vector<std::pair<Index, Index>> ranges(expected.size());
      team.parallel_ranges(n, 10, [&](Index begin, Index end) {
        ranges[begin / 10] = {begin, end};
      });
      BOOST_TEST((std::set(ranges.begin(), ranges.end()) == expected));
    }
  }
}

BOOST_AUTO_TEST_CASE(zero_stands_for_the_processors_that_the_process_may_use) {
  BOOST_TEST(Threads(0).count() == machine::n_processors());
  BOOST_TEST(Threads::serial().count() == 1);
}

// ---- Tasks that fail ----------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(what_a_task_throws_reaches_the_caller_whichever_task_it_is) {
  for (const int n_threads : team_sizes) {
    Threads team(n_threads);
    for (const Index n_tasks : {1, 2, 7, 100}) {
      for (Index bad = 0; bad < n_tasks; bad += std::max<Index>(1, n_tasks / 5)) {
        BOOST_TEST(fails(ExitCode::bad_data, fmt::format("task {}", bad), [&] {
          team.parallel_for(n_tasks, [&](Index i) {
            if (i == bad) fail(ExitCode::bad_data, "task {} failed", i);
          });
        }));
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(what_a_task_throws_on_another_thread_reaches_the_caller) {
  Threads team(2);
  const std::thread::id caller = std::this_thread::get_id();
  for (int round = 0; round < 100; ++round) {
    std::atomic<int> n_arrived = 0;
    BOOST_CHECK_THROW(team.parallel_for(2,
                                        [&](Index) {
                                          ++n_arrived;
                                          while (n_arrived < 2) std::this_thread::yield();
                                          if (std::this_thread::get_id() != caller) throw round;
                                        }),
                      int);
  }
}

BOOST_AUTO_TEST_CASE(where_all_tasks_fail_one_failure_arrives_and_no_task_runs_after_it) {
  for (const int n_threads : team_sizes) {
    Threads team(n_threads);
    for (int round = 0; round < 200; ++round) {
      auto context = std::make_unique<std::vector<int>>(64);  // gone when the call has ended
      try {
        team.parallel_for(64, [&numbers = *context](Index i) {
          ++numbers[i];
          throw std::runtime_error("failed");
        });
        BOOST_ERROR("nothing was thrown");
      } catch (const std::runtime_error& error) {
        BOOST_TEST(error.what() == std::string("failed"));
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(a_team_works_on_after_a_failure_as_if_nothing_had_been) {
  for (const int n_threads : team_sizes) {
    Threads team(n_threads);
    for (int round = 0; round < 200; ++round) {
      BOOST_CHECK_THROW(team.parallel_for(9,
                                          [](Index i) {
                                            if (i % 4 == 3) throw i;
                                          }),
                        Index);
      std::vector<int> runs(100);
      team.parallel_for(100, [&](Index i) { ++runs[i]; });
      BOOST_TEST(std::count(runs.begin(), runs.end(), 1) == 100);
    }
  }
}

// ---- Teams inside tasks -------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(a_task_may_not_give_work_to_its_own_team_on_any_thread) {
  for (const int n_threads : team_sizes) {
    Threads team(n_threads);
    for (const Index n_tasks : {1, 2, 16}) {
      for (const Index n_inner : {1, 4}) {
        std::atomic<int> n_inner_runs = 0;
        BOOST_TEST(fails(ExitCode::internal, "use Threads::serial()", [&] {
          team.parallel_for(
              n_tasks, [&](Index) { team.parallel_for(n_inner, [&](Index) { ++n_inner_runs; }); });
        }));
        BOOST_TEST(n_inner_runs == 0);
      }
    }
    std::atomic<int> n_runs = 0;
    team.parallel_for(10, [&](Index) { ++n_runs; });
    BOOST_TEST(n_runs == 10);
  }
}

BOOST_AUTO_TEST_CASE(a_task_that_runs_on_a_worker_is_refused_as_well) {
  Threads team(2);
  const std::thread::id caller = std::this_thread::get_id();
  std::atomic<int> n_arrived = 0, n_refused = 0;
  team.parallel_for(2, [&](Index) {
    ++n_arrived;
    while (n_arrived < 2) std::this_thread::yield();
    if (std::this_thread::get_id() == caller) return;
    try {
      team.parallel_ranges(100, 10, [](Index, Index) {});
    } catch (const Error&) {
      ++n_refused;
    }
  });
  BOOST_TEST(n_refused == 1);
}

BOOST_AUTO_TEST_CASE(a_task_may_use_the_serial_team_even_inside_itself_and_another_team) {
  Threads outer(3), inner(2);
  std::vector<Index> sums(8);
  outer.parallel_for(8, [&](Index i) {
    Threads::serial().parallel_for(
        4, [&](Index j) { Threads::serial().parallel_for(4, [&](Index k) { sums[i] += j * k; }); });
  });
  for (const Index sum : sums) BOOST_TEST(sum == 36);

  std::atomic<int> n_runs = 0;
  outer.parallel_for(1, [&](Index) { inner.parallel_for(5, [&](Index) { ++n_runs; }); });
  BOOST_TEST(n_runs == 5);
}

// ---- Beginning and end --------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(a_team_may_go_without_ever_having_worked) {
  int n_threads = 0;
  for (int i = 0; i < 100; ++i) n_threads += Threads(4).count();
  BOOST_TEST(n_threads == 400);
}

BOOST_AUTO_TEST_CASE(a_team_may_go_while_a_worker_comes_from_its_last_task) {
  for (const int n_threads : {2, 3}) {
    std::vector<int> runs(n_threads);
    for (int i = 0; i < 2000; ++i) {
      Threads(n_threads).parallel_for(n_threads, [&](Index task) { ++runs[task]; });
    }
    for (const int n : runs) BOOST_TEST(n == 2000);
  }
}

BOOST_AUTO_TEST_SUITE_END()
