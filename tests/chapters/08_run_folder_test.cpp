// What a run needs of the system: names for its files, memory, processor time; and that whoever
// looks for it finds what was promised.
#include <signal.h>
#include <sys/stat.h>

#include <chrono>
#include <thread>

#include "src/io/checkpoint.hpp"
#include "tests/chapters/08_translator.hpp"

using namespace transformer;
using namespace transformer::test;

namespace {

namespace fs = std::filesystem;

Arguments under(const std::string& limit, const Arguments& arguments) {
  return Arguments{"-c", "ulimit " + limit + "; exec \"$0\" \"$@\"", TRANSLATOR} + arguments;
}

Arguments held_out(const Workplace& work) {
  return {"--test-source",    work.path("corpus.source"),
          "--test-target",    work.path("corpus.target"),
          "--valid-source",   work.path("corpus.source"),
          "--valid-target",   work.path("corpus.target"),
          "--validate-every", "2"};
}

struct Trained : Workplace {
  Trained() { BOOST_REQUIRE(succeeds(translator(train("run")))); }
};

}  // namespace

// ---- Names --------------------------------------------------------------------------------------

BOOST_FIXTURE_TEST_CASE(what_a_run_needs_at_its_end_is_tried_at_its_start, Workplace) {
  for (const std::string name : {"attention.svg", "best.safetensors", "log.jsonl",
                                 "checkpoint-2.safetensors", "checkpoint.safetensors", "lock"}) {
    for (const bool is_pipe : {false, true}) {
      const std::string run = name + (is_pipe ? " pipe" : " folder");
      fs::create_directories(is_pipe ? folder / run : folder / run / name);
      if (is_pipe) BOOST_REQUIRE(mkfifo((folder / run / name).c_str(), 0600) == 0);
      const Arguments all = train(run, {"--updates", "4", "--keep-every", "2"}) + held_out(*this);
      BOOST_TEST(gives_up(translator(all), ExitCode::cannot_create, {name}));
    }
  }
}

BOOST_FIXTURE_TEST_CASE(a_pipe_in_the_place_of_a_run_s_file_is_not_waited_for, Trained) {
  fs::remove(run_paths("run").checkpoint);
  fs::remove(run_paths("run").log);
  BOOST_REQUIRE(mkfifo(run_paths("run").checkpoint.c_str(), 0600) == 0);
  BOOST_REQUIRE(mkfifo(run_paths("run").log.c_str(), 0600) == 0);
  for (const std::string command : {"translate", "inspect", "evaluate", "curves"}) {
    const Outcome outcome =
        translator(Launch{.arguments = {command, "--run", path("run")}, .timeout_seconds = 10});
    BOOST_TEST(!outcome.timed_out);
    BOOST_TEST(outcome.exit_code == static_cast<int>(ExitCode::no_input), command << outcome.err);
  }
}

BOOST_FIXTURE_TEST_CASE(a_trace_takes_the_place_of_regular_files_alone, Trained) {
  const auto trace_to = [&](const std::string& name) {
    return translator(translate("run", {"the cat", "--trace", path(name)}));
  };
  BOOST_REQUIRE(mkfifo((folder / "pipe").c_str(), 0600) == 0);
  fs::create_symlink("pipe", folder / "link");
  for (const std::string name : {"pipe", "link"}) {
    BOOST_TEST(gives_up(trace_to(name), ExitCode::cannot_create, {path(name), "regular file"}));
  }
  BOOST_TEST(fs::is_fifo(folder / "pipe"));
  BOOST_TEST(gives_up(trace_to("none/trace"), ExitCode::cannot_create, {"none/trace"}));
  const std::string before = checkpoint("run");
  BOOST_TEST(gives_up(trace_to("run/checkpoint.safetensors"), ExitCode::usage, {"--trace"}));
  BOOST_TEST((checkpoint("run") == before));
}

BOOST_FIXTURE_TEST_CASE(a_run_may_keep_its_checkpoint_elsewhere, Trained) {
  fs::rename(run_paths("run").checkpoint, folder / "elsewhere");
  fs::create_symlink("../elsewhere", run_paths("run").checkpoint);
  BOOST_TEST(succeeds(translator(train("run", {"--updates", "6"}))));
  BOOST_TEST(fs::is_symlink(run_paths("run").checkpoint));
  BOOST_TEST(Checkpoint(folder / "elsewhere").integer("step") == 6);
}

BOOST_FIXTURE_TEST_CASE(an_average_does_not_take_the_place_of_a_training, Workplace) {
  const Arguments keeping = {"--updates", "4", "--keep-every", "2"};
  BOOST_REQUIRE(succeeds(translator(train("run", keeping))));
  BOOST_REQUIRE(succeeds(translator(train("other", keeping))));
  const std::string before = checkpoint("other");
  const auto average = [&](const std::string& into) {
    return translator({"average", "--run", path("run"), "--into", path(into)});
  };
  BOOST_TEST(gives_up(average("other"), ExitCode::usage, {"checkpoint of a training", "--into"}));
  BOOST_TEST((checkpoint("other") == before));
  for (int i = 0; i < 2; ++i) BOOST_TEST(succeeds(average("average")));
}

BOOST_FIXTURE_TEST_CASE(names_that_would_command_a_terminal_are_spelled, Trained) {
  const Outcome outcome = translator(with(train("run"), {"--source", "a\x1B[31m\u202Eb"}));
  BOOST_TEST(gives_up(outcome, ExitCode::no_input, {"a\\x1B[31m\\xE2\\x80\\xAEb"}));
  const Outcome trained = translator(train("r\x1B[0m"));
  BOOST_TEST(succeeds(trained));
  BOOST_TEST(!has(trained.out, "\x1B"));
}

BOOST_FIXTURE_TEST_CASE(pairs_are_not_cut_anew_under_a_trainer, Workplace) {
  std::string pairs;
  for (int i = 0; i < 60; ++i) pairs += fmt::format("word {}\tWORT {}\n", i, i);
  const std::string file = folder.write("pairs", pairs).string();
  const auto train_on = [&](const Arguments& more) {
    return Arguments{"train", "--pairs", file, "--run", path("run")} + tiny_model() + more;
  };
  Process first(TRANSLATOR, {.arguments = train_on({"--updates", "100000000"})});
  BOOST_REQUIRE(first.says("step"));
  const std::string before = bytes_of(folder / "run/pairs/train.source");
  folder.write("pairs", pairs + "more\tMEHR\n");
  BOOST_TEST(gives_up(translator(train_on({"--updates", "4"})), ExitCode::busy, {path("run")}));
  BOOST_TEST(bytes_of(folder / "run/pairs/train.source") == before);
  first.send(SIGKILL);
}

// ---- Text ---------------------------------------------------------------------------------------

BOOST_FIXTURE_TEST_CASE(a_byte_order_mark_is_dropped_and_said_so, Trained) {
  const std::string marked = "\xEF\xBB\xBF" + SmallCorpus().source;
  const std::string file = folder.write("marked", marked).string();
  const Outcome trained = translator(with(train("run", {"--updates", "6"}), {"--source", file}));
  BOOST_TEST(succeeds(trained));
  BOOST_TEST(has(trained.out, ", a byte order mark dropped"), trained.out);
  const Outcome evaluated = translator(with(evaluate("run"), {"--source", file}));
  BOOST_TEST(has(evaluated.err, "warning: " + file + ": the byte order mark"), evaluated.err);
  const Outcome translated = translator(Launch{.arguments = translate("run"),
                                               .input = "\xEF\xBB\xBF"
                                                        "the cat\n"});
  BOOST_TEST(translated.out == translator(translate("run", {"the cat"})).out);
  BOOST_TEST(has(translated.err, "warning: standard input: the byte order mark"), translated.err);
}

BOOST_FIXTURE_TEST_CASE(a_corpus_may_be_a_pipe_where_it_is_read_once, Workplace) {
  const auto from_pipes = [&](const Arguments& more) {
    const std::string command = "exec \"$0\" \"$@\" --source <(cat " + path("corpus.source") +
                                ") --target <(cat " + path("corpus.target") + ")";
    return run("/bin/bash",
               {.arguments = Arguments{"-c", command, TRANSLATOR, "train", "--run", path("pipes")} +
                             tiny_model() + more,
                .timeout_seconds = 20});
  };
  BOOST_TEST(gives_up(from_pipes({"--tokens", "bpe", "--vocabulary-size", "40", "--updates", "4"}),
                      ExitCode::no_input, {"read twice"}));
  BOOST_TEST(succeeds(from_pipes({"--updates", "4"})));
  BOOST_TEST(succeeds(translator(train("run"))));
  BOOST_TEST((checkpoint("pipes") == checkpoint("run")));
}

BOOST_FIXTURE_TEST_CASE(a_line_of_ten_megabytes_is_translated_with_a_warning_and_soon, Trained) {
  for (const std::string piece : {"\xFF", "a", "a ", ".", "\u0301", "&quot;", "w1 "}) {
    std::string line;
    while (line.size() < 10'000'000) line += piece;
    const Outcome outcome = translator(
        Launch{.arguments = translate("run"), .input = line + "\ncat\n", .timeout_seconds = 20});
    BOOST_TEST(succeeds(outcome));
    BOOST_TEST(std::count(outcome.out.begin(), outcome.out.end(), '\n') == 2);
    BOOST_TEST(has(outcome.err, "is left out"), outcome.err.substr(0, 200));
  }
  const std::string endless(17 << 20, 'x');
  BOOST_TEST(gives_up(translator(Launch{.arguments = translate("run"), .input = endless}),
                      ExitCode::bad_data, {"standard input:1: a line of more than 16 MiB"}));
}

// ---- Limits -------------------------------------------------------------------------------------

BOOST_FIXTURE_TEST_CASE(where_the_processor_time_is_over_a_run_is_saved_and_goes_on, Workplace) {
  const Arguments long_run = train("run", {"--updates", "100000000", "--save-every", "1000000000"});
  const Outcome outcome = run("/bin/sh", {.arguments = under("-S -t 1", long_run)});
  BOOST_TEST(outcome.exit_code == 128 + SIGXCPU);
  BOOST_TEST(has(outcome.err, "the same command goes on from there"), outcome.err);
  BOOST_TEST(Checkpoint(run_paths("run").checkpoint).integer("step") > 0);
}

BOOST_FIXTURE_TEST_CASE(a_checkpoint_is_saved_whenever_somebody_asks_for_it, Workplace) {
  const Arguments long_run = train("run", {"--updates", "100000000", "--save-every", "1000000000"});
  Process process(TRANSLATOR, {.arguments = long_run});
  BOOST_REQUIRE(process.says("step"));
  process.send(SIGUSR1);
  while (!fs::exists(run_paths("run").checkpoint)) std::this_thread::yield();
  const std::int64_t saved = Checkpoint(run_paths("run").checkpoint).integer("step");
  std::this_thread::sleep_for(std::chrono::milliseconds(300));  // of many steps
  process.send(SIGTERM);
  BOOST_TEST(process.wait().exit_code == 128 + SIGTERM);
  BOOST_TEST(Checkpoint(run_paths("run").checkpoint).integer("step") > saved);
}

// ---- The same bits ------------------------------------------------------------------------------

BOOST_FIXTURE_TEST_CASE(any_number_of_threads_and_any_stop_make_the_same_bits, Workplace) {
  constexpr int n_steps = 50;
  const std::string steps = std::to_string(n_steps);
  const auto train_with = [&](const std::string& run, const std::string& n_updates, int n_threads) {
    BOOST_TEST(succeeds(translator(
        with(train(run, {"--updates", n_updates}), {"--threads", std::to_string(n_threads)}))));
  };
  train_with("whole", steps, 1);
  const std::string expected = checkpoint("whole");
  for (const int n_threads : {2, 3, 8}) {
    const std::string run = "threads " + std::to_string(n_threads);
    train_with(run, steps, n_threads);
    BOOST_TEST((checkpoint(run) == expected), run);
  }
  constexpr int counts[] = {2, 1, 3, 8};
  for (int k = 1; k < n_steps; ++k) {
    const std::string run = "stopped after " + std::to_string(k);
    train_with(run, std::to_string(k), counts[k % 4]);
    train_with(run, steps, counts[(k + 1) % 4]);
    BOOST_TEST((checkpoint(run) == expected), run);
  }
}
