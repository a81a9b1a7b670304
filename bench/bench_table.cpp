// Runs the measuring programs and their peers in turns, and prints one table of ratios.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>

#include "bench/table.hpp"
#include "src/base/error.hpp"

namespace transformer::bench {
namespace {

/// One run of one contender. False where it failed; its output stays in FILE.log.
bool run(const Contender& contender, const std::string& file) {
  std::filesystem::remove(file);
  const std::string command =
      fmt::format("{}{} >{} 2>&1", contender.command, quoted(file), quoted(file + ".log"));
  return std::system(command.c_str()) == 0;
}

/// All rounds of one contest: ours, the peers, ours again, ..., so that a machine that is slow for
/// a while is slow for all.
void hold(const Contest& contest, size_t number, int n_rounds, const std::filesystem::path& results,
          Measurements& measurements) {
  for (int round = 0; round < n_rounds; ++round) {
    for (size_t i = 0; i < contest.contenders.size(); ++i) {
      const Contender& contender = contest.contenders[i];
      fmt::print(stderr, "\r\033[K{} {}, round {} of {}: {}", contest.topic, number, round + 1,
                 n_rounds, contender.name);
      const std::string file =
          (results / fmt::format("{}_{}_{}_{}.json", contest.topic, number, i, round)).string();
      if (run(contender, file)) {
        measurements.read(file, contender.name);
      } else if (contender.name == ours) {
        fail(ExitCode::check_failed, "{} failed; see {}.log", contest.topic, file);
      } else {
        fmt::print(stderr, "\r\033[K{}: {} failed; see {}.log\n", contest.topic, contender.name,
                   file);
      }
    }
  }
}

int compare(const PlanOptions& options, int n_rounds, const std::vector<std::string>& topics) {
  // These would make peers slower than they are.
  unsetenv("OPENBLAS_CORETYPE");
  unsetenv("OPENBLAS_L2_SIZE");
  unsetenv("OMP_PROC_BIND");
  std::filesystem::create_directories(options.results);

  const Plan plan = make_plan(options);
  Measurements measurements;
  for (size_t i = 0; i < plan.contests.size(); ++i) {
    const Contest& contest = plan.contests[i];
    const bool is_asked_for =
        topics.empty() || contest.topic == "machine" ||
        std::find(topics.begin(), topics.end(), contest.topic) != topics.end();
    if (is_asked_for) hold(contest, i, n_rounds, options.results, measurements);
  }
  fmt::print(stderr, "\r\033[K");

  const std::string table = make_table(measurements, plan);
  fmt::print("{}", table);
  const std::filesystem::path path = options.results.parent_path() / "table.md";
  if (!(std::ofstream(path) << table).flush()) {
    fail(ExitCode::cannot_create, "{}: cannot be written", path.string());
  }
  return 0;
}

}  // namespace
}  // namespace transformer::bench

int main(int argc, char** argv) try {
  using namespace transformer::bench;
  PlanOptions options;
  int n_rounds = 0;
  std::vector<std::string> topics;
  CLI::App app("Measures this project beside its peers.");
  app.add_flag("--quick", options.quick, "a few sizes, at most two minutes");
  app.add_option("--rounds", n_rounds, "how often all take turns (default 3; quick 1)")
      ->check(CLI::Range(1, 1000));
  app.add_option("topics", topics, "what is measured (default: all)")
      ->check(CLI::IsMember(all_topics));
  app.add_option("--programs", options.programs, "folder of the measuring programs")->required();
  app.add_option("--peers", options.peers, "folder of the peers' scripts")->required();
  app.add_option("--results", options.results, "folder for what is measured")->required();
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& wish) {
    return app.exit(wish);  // --help
  } catch (const CLI::ParseError& error) {
    transformer::fail(transformer::ExitCode::usage, "{}; see --help", error.what());
  }
  return compare(options, n_rounds > 0 ? n_rounds : options.quick ? 1 : 3, topics);
} catch (const transformer::Error& error) {
  fmt::print(stderr, "error: {}\n", error.what());
  return static_cast<int>(error.code());
}
