// Whatever call of the translator fails, is short, or is its last: what was there is there, or what
// was to come, and the same command again ends as if nothing had happened.
//
// By default a sample of the calls is tried: the first, second, fourth, eighth ... of each
// function. TRANSFORMER_TEST_FAULTS=all tries every one, TRANSFORMER_TEST_KILLS=500 kills so many
// times.
#include <signal.h>

#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <functional>
#include <thread>

#include "src/io/checkpoint.hpp"
#include "tests/chapters/08_translator.hpp"
#include "tests/support/fault_plan.hpp"

using namespace transformer;
using namespace transformer::test;

namespace {

namespace fs = std::filesystem;

bool tries_all() { return std::getenv("TRANSFORMER_TEST_FAULTS") != nullptr; }

int n_kills() {
  const char* n = std::getenv("TRANSFORMER_TEST_KILLS");
  return n ? std::atoi(n) : 12;
}

/// A command, what it starts from, and what it leaves where nothing happens.
struct Scenario {
  std::string name;
  Arguments arguments;
  fs::path before, now;  ///< The folder that it changes: how it was, and as it is.
  std::string result;    ///< The file in it that the command makes or replaces.
  std::string old_bytes, new_bytes, out;

  fs::path file() const { return now / result; }

  void start_anew() const {
    fs::remove_all(now);
    if (fs::exists(before)) fs::copy(before, now, fs::copy_options::recursive);
  }
  /// Finds out what the command does by itself.
  void learn() {
    start_anew();
    old_bytes = bytes_of(file());
    const Outcome outcome = translator(arguments);
    BOOST_REQUIRE(succeeds(outcome));
    new_bytes = bytes_of(file());
    out = outcome.out;
  }
  /// What it writes is as it was or as it is to be; a training also stops between the two.
  bool is_whole() const {
    const std::string bytes = bytes_of(file());
    return bytes == old_bytes || bytes == new_bytes || arguments.front() == "train";
  }
  int n_temporaries() const {
    int n = 0;
    if (!fs::exists(now)) return 0;
    for (const auto& entry : fs::recursive_directory_iterator(now)) {
      n += entry.path().string().find(".tmp.") != std::string::npos;
    }
    return n;
  }
};

/// All commands that write, and one that only reads.
struct Commands : Workplace {
  std::vector<Scenario> scenarios;

  Commands() {
    const Arguments saving = {"--save-every", "3", "--keep-every", "2", "--keep-last", "2"};
    const auto at_first = [&](const std::string& name, const Arguments& more) {
      BOOST_REQUIRE(succeeds(translator(train(name, saving + more))));
    };
    at_first("trained", {"--updates", "6"});
    at_first("begun", {"--updates", "2"});
    const std::string other = folder.write("other", SmallCorpus().source + "a new word\n").string();
    const Arguments anew = {"--updates", "6", "--overwrite", "--source", other, "--target", other};
    const auto on = [&](const std::string& command) { return Arguments{command, "--run", now()}; };

    add("train", "none", train("now", saving + Arguments{"--updates", "6"}));
    add("resume", "begun", train("now", saving + Arguments{"--updates", "6"}));
    add("overwrite", "trained", on("train") + tiny_model() + saving + anew);
    add("average", "none", {"average", "--run", path("trained"), "--into", now()});
    add("translate", "trained", on("translate") + Arguments{"--threads", "2", "the cat"});
    add("trace", "trained",
        on("translate") + Arguments{"--threads", "1", "the cat", "--trace", now() + "/trace.html"},
        "trace.html");
  }

  std::string now() const { return path("now"); }

  void add(const std::string& name, const std::string& before, const Arguments& arguments,
           const std::string& result = "checkpoint.safetensors") {
    Scenario scenario{name, arguments, folder / before, folder / "now", result, {}, {}, {}};
    scenario.learn();
    scenarios.push_back(scenario);
  }

  /// A checkpoint that was there, or that is there, can be loaded.
  void check_what_is_left(const Scenario& scenario) const {
    BOOST_TEST(scenario.is_whole());
    const fs::path checkpoint = scenario.now / "checkpoint.safetensors";
    const bool was_there = fs::exists(scenario.before / "checkpoint.safetensors");
    BOOST_TEST((!was_there || fs::exists(checkpoint)), "the checkpoint is gone");
    if (fs::exists(checkpoint)) BOOST_CHECK_NO_THROW(Checkpoint{checkpoint});
  }

  /// The command once more ends as it does where nothing happened.
  void check_that_it_goes_on(const Scenario& scenario) const {
    const Outcome again = translator(scenario.arguments);
    BOOST_TEST(succeeds(again));
    BOOST_TEST((bytes_of(scenario.file()) == scenario.new_bytes), "other bytes in the end");
    // Only a run's folder is cleared at the next start.
    if (scenario.name != "trace") BOOST_TEST(scenario.n_temporaries() == 0);
    if (scenario.name == "translate") BOOST_TEST(again.out == scenario.out);
  }

  /// Returns whether the fault happened.
  bool meets(const Scenario& scenario, const FaultPlan& plan) const {
    const fs::path seen = folder / "seen";
    fs::remove(seen);
    scenario.start_anew();
    const Outcome outcome =
        translator({.arguments = scenario.arguments, .environment = plan.environment(seen)});
    if (!fs::exists(seen)) return false;
    BOOST_TEST_CONTEXT(scenario.name << ": " << plan.function << " " << plan.at << ", fault "
                                     << static_cast<int>(plan.fault) << ", error " << plan.error) {
      check_outcome(outcome, plan);
      check_what_is_left(scenario);
      if (plan.fault == Fault::fail) BOOST_TEST((scenario.n_temporaries() == 0 || is_unlink(plan)));
      check_that_it_goes_on(scenario);
    }
    return true;
  }

  static bool is_unlink(const FaultPlan& plan) {
    return plan.function == "unlink" || plan.function == "remove";
  }

  /// It works all the same, or says in one line what failed, with a documented code.
  static void check_outcome(const Outcome& outcome, const FaultPlan& plan) {
    if (plan.fault == Fault::exit_before || plan.fault == Fault::exit_after) {
      BOOST_TEST(outcome.exit_code == exit_code_of_fault);
      return;
    }
    if (outcome.exit_code == 0) return;
    BOOST_TEST((plan.fault == Fault::fail), outcome.err);
    const std::vector<int> documented = {65, 66, 70, 73, 74};
    BOOST_TEST(std::count(documented.begin(), documented.end(), outcome.exit_code) == 1,
               "exit code " << outcome.exit_code);
    BOOST_TEST(last_line_of(outcome.err).starts_with("error: "), outcome.err);
  }

  /// The k-th such call, for k = 1, 2, ... until the command has no more of them.
  int try_each(const Scenario& scenario, FaultPlan plan) const {
    int n = 0;
    for (plan.at = 1; meets(scenario, plan); plan.at += tries_all() ? 1 : plan.at) ++n;
    return n;
  }
};

struct Failure {
  const char* function;
  int error;
};
const Failure failures[] = {{"open", EACCES},  {"open", EMFILE},      {"read", EIO},
                            {"write", ENOSPC}, {"write", EIO},        {"fsync", EIO},
                            {"close", EDQUOT}, {"rename", EIO},       {"unlink", EIO},
                            {"remove", EPERM}, {"ftruncate", EINVAL}, {"flock", ENOLCK},
                            {"mkdir", EROFS},  {"mmap", ENOMEM},      {"pthread_create", EAGAIN}};

}  // namespace

BOOST_FIXTURE_TEST_CASE(any_call_may_fail_and_nothing_is_lost, Commands) {
  std::map<std::string, int> n_tried;
  for (const Scenario& scenario : scenarios) {
    for (const auto& [function, error] : failures) {
      const int n = try_each(scenario, {Fault::fail, function, 1, error});
      n_tried[scenario.name] += n;
      n_tried[function] += n;
    }
    BOOST_TEST(n_tried[scenario.name] > 0, scenario.name);
    BOOST_TEST_MESSAGE(scenario.name << ": " << n_tried[scenario.name] << " calls failed");
  }
  for (const auto& [function, error] : failures) BOOST_TEST(n_tried[function] > 0, function);
}

BOOST_FIXTURE_TEST_CASE(any_call_may_be_interrupted_or_short_and_the_program_goes_on, Commands) {
  for (const Scenario& scenario : scenarios) {
    int n = 0;
    for (const char* function : {"open", "read", "write", "fsync", "close", "flock", "ftruncate"}) {
      n += try_each(scenario, {Fault::interrupt, function, 1, 0});
    }
    for (const char* function : {"read", "write"}) {
      n += try_each(scenario, {Fault::shorten, function, 1, 0});
    }
    BOOST_TEST(n > 0);
    BOOST_TEST_MESSAGE(scenario.name << ": " << n << " calls interrupted or short");
  }
}

BOOST_FIXTURE_TEST_CASE(any_call_may_be_the_last_and_nothing_is_lost, Commands) {
  for (const Scenario& scenario : scenarios) {
    int n = 0;
    for (const Fault fault : {Fault::exit_before, Fault::exit_after}) {
      n += try_each(scenario, {fault, "any", 1, 0});
    }
    BOOST_TEST(n > 0);
    BOOST_TEST_MESSAGE(scenario.name << ": killed at " << n << " calls");
  }
}

BOOST_FIXTURE_TEST_CASE(a_kill_at_any_time_loses_nothing, Commands) {
  int n_killed = 0;
  for (int kill = 0; kill < n_kills(); ++kill) {
    const Scenario& scenario = scenarios[static_cast<size_t>(kill) % 3];  // those that train
    scenario.start_anew();
    const auto start = std::chrono::steady_clock::now();
    BOOST_REQUIRE(succeeds(translator(scenario.arguments)));
    const std::chrono::duration<double> whole = std::chrono::steady_clock::now() - start;

    scenario.start_anew();
    Process process(TRANSLATOR, {.arguments = scenario.arguments});
    const double share = RandomKey{16, static_cast<std::uint32_t>(kill), 0}.below(0, 1000) / 1000.0;
    std::this_thread::sleep_for(share * whole);
    process.send(SIGKILL);
    const int code = process.wait().exit_code;
    BOOST_TEST((code == 0 || code == 128 + SIGKILL));
    n_killed += code != 0;
    BOOST_TEST_CONTEXT(scenario.name << ", kill " << kill) {
      check_what_is_left(scenario);
      check_that_it_goes_on(scenario);
    }
  }
  BOOST_TEST(n_killed > 0);
  BOOST_TEST_MESSAGE(n_killed << " of " << n_kills() << " were killed on the way");
}
