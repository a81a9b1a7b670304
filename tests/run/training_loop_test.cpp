// A training that knows no model: what is saved, when, and what is not.
#include "src/run/training_loop.hpp"

#include <signal.h>

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <limits>

#include "tests/support/errors.hpp"
#include "tests/support/fault_injection.hpp"
#include "tests/support/temporary_folder.hpp"

namespace transformer::test {
namespace {

/// One number that counts the steps.
struct Counting {
  TemporaryFolder folder;
  ParameterStore store{1};
  Variable number = store.add("number", 1, 1, Initial::zeros());
  std::function<StepMetrics(float step)> metrics = [](float) { return StepMetrics{.loss = 1.0}; };

  LoopOptions loop_options;

  RunPaths paths() const { return RunPaths(folder / "run"); }

  LoopReport train(std::int64_t n_steps, std::int64_t save_every, std::int64_t n_done = 0) {
    loop_options.run = folder / "run", loop_options.save_every = save_every;
    TrainingLoop loop(loop_options);
    return loop.train({.store = store,
                       .settings = {},
                       .last_step = [=] { return n_steps; },
                       .make_step =
                           [&] {
                             float& count = store.values()[0];
                             count += 1.0f;
                             return metrics(count);
                           }},
                      n_done);
  }
  std::int64_t saved() const { return Checkpoint(paths().checkpoint).integer("step"); }
};

size_t place_of(const std::vector<std::string>& calls, const std::string& call) {
  return static_cast<size_t>(std::find(calls.begin(), calls.end(), call) - calls.begin());
}

}  // namespace

BOOST_FIXTURE_TEST_CASE(no_checkpoint_is_ahead_of_its_log_on_the_disk, Counting) {
  const FaultInjection injection;
  train(10, 100);
  const auto& calls = injection.calls();
  const size_t renamed = place_of(calls, "rename " + paths().checkpoint.string());
  BOOST_TEST(renamed < calls.size());
  BOOST_TEST(place_of(calls, "fsync " + paths().log.string()) < renamed);
}

BOOST_FIXTURE_TEST_CASE(a_checkpoint_that_is_asked_for_is_saved_and_training_goes_on, Counting) {
  metrics = [&](float step) {
    if (step == 3) raise(SIGUSR1);
    if (step == 4) BOOST_TEST(saved() == 3);
    return StepMetrics{.loss = 1.0};
  };
  const LoopReport report = train(6, 100);
  BOOST_TEST(report.signal == 0);
  BOOST_TEST(saved() == 6);
}

BOOST_FIXTURE_TEST_CASE(where_the_processor_time_is_over_it_saves_and_stops, Counting) {
  metrics = [&](float step) {
    if (step == 3) raise(SIGXCPU);
    return StepMetrics{.loss = 1.0};
  };
  BOOST_TEST(train(6, 100).signal == SIGXCPU);
  BOOST_TEST(saved() == 3);
}

BOOST_FIXTURE_TEST_CASE(what_is_not_finite_or_of_a_loss_beyond_sense_is_never_saved, Counting) {
  const float infinity = std::numeric_limits<float>::infinity();
  const std::pair<const char*, std::function<StepMetrics(float)>> ways[] = {
      {"loss of step 5 is 2e+11",
       [](float step) { return StepMetrics{.loss = step < 5 ? 1 : 2e11}; }},
      {"not finite",
       [&](float step) {
         if (step == 6) store.values()[0] = std::nanf("");
         return StepMetrics{.loss = 1.0};
       }},
      {"not finite", [&](float step) {
         if (step == 6) store.second_moments()[0] = infinity;
         return StepMetrics{.loss = 1.0};
       }}};
  for (const auto& [why, how] : ways) {
    std::filesystem::remove_all(folder / "run");
    store.values()[0] = store.second_moments()[0] = 0.0f;
    metrics = how;
    BOOST_TEST(fails(ExitCode::diverged, why, [&] { train(6, 2); }));
    BOOST_TEST(saved() == 4);
  }
}

BOOST_FIXTURE_TEST_CASE(a_run_that_is_over_is_left_as_it_is, Counting) {
  train(6, 100);
  const std::string log = bytes_of(paths().log), checkpoint = bytes_of(paths().checkpoint);
  BOOST_TEST(train(6, 100, 6).seconds == 0.0);
  BOOST_TEST(train(5, 100, 6).signal == 0);
  BOOST_TEST(store.values()[0] == 6.0f);
  BOOST_TEST(bytes_of(paths().log) == log);
  BOOST_TEST(bytes_of(paths().checkpoint) == checkpoint);
}

BOOST_FIXTURE_TEST_CASE(the_log_counts_the_seconds_of_all_starts_of_a_run, Counting) {
  train(6, 100);
  folder.write("run/log.jsonl", "{\"step\":6,\"seconds\":1000}\n{\"step\":8,\"seconds\":5000}\n");
  train(9, 100, 6);
  const double seconds = newest_metric(paths().log, 9, "seconds").value();
  BOOST_TEST(seconds > 1000.0);
  BOOST_TEST(seconds < 2000.0);
}

BOOST_FIXTURE_TEST_CASE(settings_that_a_run_had_not_are_told_with_what_it_had, Counting) {
  train(2, 100);
  const Checkpoint checkpoint(paths().checkpoint);
  TrainingLoop::require_settings(checkpoint, {{"step", "2"}});
  TrainingLoop::require_settings(checkpoint, {{"colour", "red"}}, {{"colour", "red"}});
  BOOST_TEST(
      fails(ExitCode::usage,
            "(colour was nothing, now red; shade was dark, now light; step was 2, now 3)", [&] {
              TrainingLoop::require_settings(checkpoint,
                                             {{"colour", "red"}, {"shade", "light"}, {"step", "3"}},
                                             {{"shade", "dark"}});
            }));
}

BOOST_FIXTURE_TEST_CASE(of_the_kept_the_last_stay_whatever_was_kept_before, Counting) {
  const auto kept = [&] {
    std::vector<std::int64_t> steps;
    for (const auto& [step, file] : paths().all_kept()) steps.push_back(step);
    return steps;
  };
  loop_options.keep_every = 2, loop_options.keep_last = 4;
  train(8, 100);
  BOOST_TEST(kept() == (std::vector<std::int64_t>{2, 4, 6, 8}), boost::test_tools::per_element());
  BOOST_TEST(paths().all_kept(6).size() == 3u);
  // A run that goes on from step 4 has the 8 still before it.
  loop_options.keep_last = 2;
  train(7, 100, 4);
  BOOST_TEST(kept() == (std::vector<std::int64_t>{4, 6, 8}), boost::test_tools::per_element());
  loop_options.keep_every = 3;
  train(9, 100, 8);
  BOOST_TEST(kept() == (std::vector<std::int64_t>{8, 9}), boost::test_tools::per_element());
}

BOOST_FIXTURE_TEST_CASE(where_one_is_kept_the_newest_is_saved_too, Counting) {
  loop_options.keep_every = 2;
  metrics = [&](float step) -> StepMetrics {
    if (step == 6) throw std::runtime_error("the power is gone");
    return {.loss = 1.0};
  };
  BOOST_CHECK_THROW(train(10, 100), std::runtime_error);
  BOOST_TEST(saved() == 4);
}

BOOST_FIXTURE_TEST_CASE(no_step_is_saved_twice, Counting) {
  loop_options.keep_every = 2;
  const FaultInjection injection;
  train(4, 2);
  const auto& calls = injection.calls();
  BOOST_TEST(std::count(calls.begin(), calls.end(), "rename " + paths().checkpoint.string()) == 2);
}

BOOST_FIXTURE_TEST_CASE(a_run_that_is_overwritten_is_so_with_all_it_has, Counting) {
  train(4, 100);
  const std::string before = bytes_of(paths().checkpoint);
  loop_options.overwrite = true, loop_options.keep_every = 2;
  metrics = [&](float step) -> StepMetrics {
    BOOST_TEST((bytes_of(paths().checkpoint) == before) == (step <= 6));
    if (step > 6) BOOST_TEST(read_metrics(paths().log).empty());
    return {.loss = 1.0};
  };
  const FaultInjection injection;
  train(5, 100);  // the store counts on: its steps are 5 to 9
  const auto& calls = injection.calls();
  const auto last_sync = std::find(calls.rbegin(), calls.rend(), "fsync " + paths().log.string());
  BOOST_TEST((last_sync != calls.rend()));
}

BOOST_FIXTURE_TEST_CASE(one_bad_batch_is_no_end, Counting) {
  metrics = [](float step) {
    const double bad = std::nan("");
    return step == 6 ? StepMetrics{.loss = bad, .gradient_norm = bad} : StepMetrics{.loss = 1.0};
  };
  train(6, 100);
  BOOST_TEST(saved() == 6);
}

}  // namespace transformer::test
