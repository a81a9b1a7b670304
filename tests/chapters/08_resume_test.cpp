// However a run is stopped, the same command goes on with it and ends with the same bits.
#include <signal.h>

#include <chrono>
#include <regex>
#include <thread>

#include "src/io/checkpoint.hpp"
#include "tests/chapters/08_translator.hpp"

using namespace transformer;
using namespace transformer::test;

namespace {

/// What the run is compared with: n updates in one go.
struct Uninterrupted : Workplace {
  std::string expected;

  void train_in_one_go(const Arguments& more) {
    BOOST_REQUIRE(succeeds(translator(train("uninterrupted", more))));
    expected = checkpoint("uninterrupted");
    BOOST_REQUIRE(!expected.empty());
  }

  bool ended_alike(std::string_view run) const {
    return checkpoint(run) == expected &&
           bytes_of(run_paths(run).vocabulary) == bytes_of(run_paths("uninterrupted").vocabulary);
  }

  /// What a save that was killed leaves behind, until the next start clears it away.
  int n_temporaries(std::string_view run) const {
    int n = 0;
    for (const auto& entry : std::filesystem::directory_iterator(folder / run)) {
      n += entry.path().string().find(".tmp.") != std::string::npos;
    }
    return n;
  }
};

/// The log without speed and time, which are never the same twice.
std::string log_of(const TranslatorPaths& run) {
  static const std::regex by_the_clock(R"_(,"(tokens_per_second|seconds)":[^,}]*)_");
  return std::regex_replace(bytes_of(run.log), by_the_clock, "");
}

/// Long enough to be stopped on the way, and saved only when the program chooses to.
const Arguments long_run = {"--updates", "3000", "--save-every", "1000000"};

void stop_with(int signal, Uninterrupted& work) {
  const std::string run = "stopped by " + std::to_string(signal);
  Process process(TRANSLATOR, {.arguments = work.train(run, long_run)});
  BOOST_REQUIRE(process.says("step"));
  process.send(signal);
  const Outcome stopped = process.wait();
  BOOST_TEST(stopped.exit_code == 128 + signal);

  // It says how far it came, and that much is in the checkpoint.
  std::smatch step;
  const std::regex message(R"(stopped at step (\d+) of 3000; the same command goes on)");
  BOOST_REQUIRE(std::regex_search(stopped.err, step, message));
  BOOST_TEST(Checkpoint(work.run_paths(run).checkpoint).integer("step") == std::stoi(step[1]));
  BOOST_TEST(std::stoi(step[1]) < 3000);

  const Outcome outcome = translator(work.train(run, long_run));
  BOOST_TEST(succeeds(outcome));
  BOOST_TEST(outcome.out.find("going on after step " + step[1].str()) != std::string::npos);
  BOOST_TEST(work.ended_alike(run));
  BOOST_TEST(log_of(work.run_paths(run)) == log_of(work.run_paths("uninterrupted")));
}

}  // namespace

BOOST_FIXTURE_TEST_CASE(a_run_that_stops_anywhere_goes_on_bit_for_bit, Uninterrupted) {
  constexpr int n_updates = 8;  // more than two epochs
  train_in_one_go({"--updates", std::to_string(n_updates)});
  BOOST_TEST(Checkpoint(run_paths("uninterrupted").checkpoint).integer("epoch") >= 2);
  for (int k = 1; k < n_updates; ++k) {
    const std::string run = "after " + std::to_string(k);
    BOOST_TEST(succeeds(translator(train(run, {"--updates", std::to_string(k)}))));
    BOOST_TEST((checkpoint(run) != expected));
    BOOST_TEST(
        succeeds(translator(train(run, {"--updates", std::to_string(n_updates), "--resume"}))));
    BOOST_TEST(ended_alike(run), "stopped after " << k);
  }
}

BOOST_FIXTURE_TEST_CASE(a_run_in_many_pieces_goes_on_bit_for_bit, Uninterrupted) {
  train_in_one_go({"--updates", "8"});
  for (int k = 1; k <= 8; ++k) {
    BOOST_TEST(succeeds(translator(train("pieces", {"--updates", std::to_string(k)}))));
  }
  BOOST_TEST(ended_alike("pieces"));
}

BOOST_FIXTURE_TEST_CASE(threads_and_saving_make_no_difference, Uninterrupted) {
  train_in_one_go({"--updates", "8"});
  for (const std::string n_threads : {"2", "3"}) {
    const Arguments arguments =
        train("threads " + n_threads, {"--updates", "8", "--save-every", "1"});
    BOOST_TEST(succeeds(translator(with(arguments, {"--threads", n_threads}))));
    BOOST_TEST(ended_alike("threads " + n_threads), n_threads << " threads");
  }
}

BOOST_FIXTURE_TEST_CASE(another_seed_is_another_run, Uninterrupted) {
  train_in_one_go({"--updates", "8"});
  BOOST_TEST(succeeds(translator(train("seed", {"--updates", "8", "--seed", "2"}))));
  BOOST_TEST(!ended_alike("seed"));
}

BOOST_FIXTURE_TEST_CASE(epochs_are_as_many_updates_as_they_have_batches, Uninterrupted) {
  train_in_one_go({"--epochs", "2"});
  const Checkpoint after(run_paths("uninterrupted").checkpoint);
  BOOST_TEST(after.integer("epoch") == 2);
  BOOST_TEST(after.integer("batch") == 0);
  BOOST_TEST(succeeds(translator(train("updates", {"--updates", after.text("step")}))));
  BOOST_TEST(ended_alike("updates"));
  BOOST_TEST(succeeds(translator(train("one", {"--epochs", "1"}))));
  BOOST_TEST(succeeds(translator(train("one", {"--epochs", "2"}))));
  BOOST_TEST(ended_alike("one"));
}

BOOST_FIXTURE_TEST_CASE(more_epochs_are_later_steps_and_no_more_work_before_the_first, Workplace) {
  const auto seconds_to_first_step = [&](const std::string& n_epochs) {
    const auto start = std::chrono::steady_clock::now();
    // The toy corpus: of a small one even 10000 epochs would be counted soon.
    Process process(TRANSLATOR, {.arguments = Arguments{"train", "--run", path(n_epochs)} +
                                              tiny_model() + Arguments{"--epochs", n_epochs}});
    BOOST_TEST(process.says("step"));
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  };
  const double one = seconds_to_first_step("1"), many = seconds_to_first_step("10000");
  BOOST_TEST(many < 3 * one + 1.0, many << " s for 10000 epochs, " << one << " s for one");
}

BOOST_FIXTURE_TEST_CASE(a_run_that_is_complete_stays_as_it_is, Uninterrupted) {
  train_in_one_go({"--updates", "8"});
  const Outcome again = translator(train("uninterrupted", {"--updates", "8"}));
  BOOST_TEST(succeeds(again));
  BOOST_TEST(again.out.find("trained already (8 steps)") != std::string::npos);
  BOOST_TEST((checkpoint("uninterrupted") == expected));
}

BOOST_FIXTURE_TEST_CASE(overwriting_starts_anew, Uninterrupted) {
  train_in_one_go({"--updates", "8"});
  BOOST_TEST(succeeds(translator(train("run", {"--updates", "5", "--seed", "9"}))));
  BOOST_TEST(succeeds(translator(train("run", {"--updates", "8", "--overwrite"}))));
  BOOST_TEST(ended_alike("run"));
  BOOST_TEST(log_of(run_paths("run")) == log_of(run_paths("uninterrupted")));
}

BOOST_FIXTURE_TEST_CASE(what_is_stopped_while_it_overwrites_says_how_it_goes_on, Workplace) {
  Process process(TRANSLATOR, {.arguments = train("run", {"--updates", "100000", "--overwrite"})});
  BOOST_REQUIRE(process.says("step"));
  process.send(SIGINT);
  const Outcome outcome = process.wait();
  BOOST_TEST(has(outcome.err, "the same command without --overwrite goes on from there"));
}

BOOST_FIXTURE_TEST_CASE(a_signal_stops_the_run_in_good_order, Uninterrupted) {
  train_in_one_go(long_run);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) stop_with(signal, *this);
}

BOOST_FIXTURE_TEST_CASE(a_run_that_nohup_started_survives_the_terminal, Uninterrupted) {
  train_in_one_go(long_run);
  Process process(TRANSLATOR, {.arguments = train("run", long_run), .ignored_signals = {SIGHUP}});
  BOOST_REQUIRE(process.says("step"));
  process.send(SIGHUP);
  BOOST_TEST(process.wait().exit_code == 0);
  BOOST_TEST(ended_alike("run"));
}

BOOST_FIXTURE_TEST_CASE(a_killed_run_goes_on_from_its_last_checkpoint, Uninterrupted) {
  constexpr int n_kills = 20;
  const Arguments saving_often = {"--updates", "60", "--save-every", "1"};
  const auto start = std::chrono::steady_clock::now();
  train_in_one_go(saving_often);
  const std::chrono::duration<double> whole = std::chrono::steady_clock::now() - start;

  int n_runs = 0, n_killed = 0;
  for (std::uint32_t kill = 0; kill < n_kills; ++kill) {
    const std::string run = "run " + std::to_string(n_runs);
    Process process(TRANSLATOR, {.arguments = train(run, saving_often)});
    const double share = RandomKey{5, kill, 0}.below(0, 1000) / 1000.0;
    std::this_thread::sleep_for(0.7 * share * whole);
    process.send(SIGKILL);
    const int code = process.wait().exit_code;
    BOOST_TEST((code == 0 || code == 128 + SIGKILL));
    n_killed += code != 0;

    // What is there is whole; nothing is there only where the first save had not happened.
    const bool has_checkpoint = std::filesystem::exists(run_paths(run).checkpoint);
    if (has_checkpoint) BOOST_CHECK_NO_THROW(Checkpoint{run_paths(run).checkpoint});
    if (!has_checkpoint || Checkpoint(run_paths(run).checkpoint).integer("step") < 60) continue;
    BOOST_TEST(ended_alike(run));
    ++n_runs;
  }
  BOOST_TEST(n_killed > 0);
  const std::string last = "run " + std::to_string(n_runs);
  BOOST_TEST(succeeds(translator(train(last, saving_often))));
  BOOST_TEST(ended_alike(last));
  BOOST_TEST(n_temporaries(last) == 0);
}

BOOST_FIXTURE_TEST_CASE(a_disk_that_is_full_loses_nothing, Uninterrupted) {
  train_in_one_go({"--updates", "8"});
  BOOST_TEST(succeeds(translator(train("run", {"--updates", "5"}))));
  const std::string before = checkpoint("run");
  // No file may become larger than 8 blocks of 512 bytes.
  const Arguments limited{"-c", "ulimit -f 8 && exec \"$0\" \"$@\"", TRANSLATOR};
  const Outcome outcome =
      test::run("/bin/sh", {.arguments = limited + train("run", {"--updates", "8"})});
  BOOST_TEST(outcome.exit_code == static_cast<int>(ExitCode::io));
  BOOST_TEST(last_line_of(outcome.err) == "error: " + run_paths("run").checkpoint.string() +
                                              ": cannot write: File too large; free some space, "
                                              "or choose another place");
  BOOST_TEST((checkpoint("run") == before));
  BOOST_TEST(n_temporaries("run") == 0);
  BOOST_TEST(succeeds(translator(train("run", {"--updates", "8"}))));
  BOOST_TEST(ended_alike("run"));
}

BOOST_FIXTURE_TEST_CASE(a_run_that_cannot_be_overwritten_is_still_there, Uninterrupted) {
  train_in_one_go({"--updates", "8"});
  BOOST_TEST(succeeds(translator(train("run", {"--updates", "5"}))));
  const std::string before = checkpoint("run"), log = bytes_of(run_paths("run").log);
  const std::string translations = translator(evaluate("run")).out;
  // Another corpus, so another vocabulary, for which there is room, and a checkpoint too large.
  const std::string other = folder.write("other", SmallCorpus().source + "a new word\n").string();
  const Arguments anew = {"--updates", "8", "--overwrite", "--source", other, "--target", other};
  const Arguments limited{"-c", "ulimit -f 8 && exec \"$0\" \"$@\"", TRANSLATOR};
  const Outcome outcome = test::run(
      "/bin/sh",
      {.arguments = limited + Arguments{"train", "--run", path("run")} + tiny_model() + anew});
  BOOST_TEST(outcome.exit_code == static_cast<int>(ExitCode::io));
  BOOST_TEST((checkpoint("run") == before));
  BOOST_TEST(bytes_of(run_paths("run").log) == log);
  BOOST_TEST(translator(evaluate("run")).out == translations);
  BOOST_TEST(succeeds(translator(train("run", {"--updates", "8"}))));
  BOOST_TEST(ended_alike("run"));
}

BOOST_FIXTURE_TEST_CASE(a_run_that_diverges_keeps_a_checkpoint_that_loads, Uninterrupted) {
  const Arguments too_fast = {"--warmup-steps", "1", "--learning-rate-scale", "1e9"};
  const Outcome outcome =
      translator(with(train("run", {"--updates", "1000", "--save-every", "1"}), too_fast));
  BOOST_TEST(outcome.exit_code == static_cast<int>(ExitCode::diverged));
  BOOST_TEST(last_line_of(outcome.err).starts_with("error: training diverged: "), outcome.err);
  BOOST_CHECK_NO_THROW(Checkpoint{run_paths("run").checkpoint});
  BOOST_TEST(succeeds(translator(translate("run", {"cat"}))));
}

BOOST_FIXTURE_TEST_CASE(what_is_saved_can_be_loaded_however_fast_it_diverges, Uninterrupted) {
  // At some of these rates squares of gradients overflow, while the gradients themselves do not.
  for (const std::string scale : {"1e6", "1.2e6", "1.3e6", "1.4e6", "1.5e6", "2e6", "1e8"}) {
    const Arguments fast = {"--warmup-steps",
                            "1",
                            "--learning-rate-scale",
                            scale,
                            "--d-model",
                            "16",
                            "--n-layers",
                            "3",
                            "--n-heads",
                            "4",
                            "--p-drop",
                            "0.1",
                            "--batch-tokens",
                            "1024"};
    const Outcome outcome =
        translator(with(train(scale, {"--updates", "40", "--save-every", "1"}), fast));
    const bool has_diverged = outcome.exit_code == static_cast<int>(ExitCode::diverged);
    BOOST_TEST((outcome.exit_code == 0 || has_diverged), scale << ": " << outcome.err);
    BOOST_TEST(has_diverged == (outcome.err.find("error: training diverged") != std::string::npos));
    BOOST_TEST(succeeds(translator(translate(scale, {"cat"}))), scale);
  }
}
