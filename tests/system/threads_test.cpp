#include "src/system/threads.hpp"

#include <algorithm>
#include <atomic>
#include <boost/test/unit_test.hpp>
#include <chrono>
#include <set>
#include <thread>
#include <vector>

using namespace transformer;

namespace {

const std::vector<int> team_sizes = {1, 2, 3, 8};

}  // namespace

BOOST_AUTO_TEST_SUITE(threads)

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

BOOST_AUTO_TEST_CASE(zero_stands_for_the_processors_there_are) {
  BOOST_TEST(Threads(0).count() >= 1);
  BOOST_TEST(Threads::serial().count() == 1);
}

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
