// Runs the measuring programs and their peers in turns, and prints one table of ratios.
#include <fmt/ranges.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <limits>

#include "bench/charts.hpp"
#include "bench/table.hpp"
#include "src/base/error.hpp"

namespace transformer::bench {
namespace {

/// One run of one contender. False where it failed; its output stays in FILE.log.
bool run(const Contender& contender, const std::string& file) {
  const std::string unfinished = file + ".part";
  const std::string command =
      fmt::format("{}{} >{} 2>&1", contender.command, quoted(unfinished), quoted(file + ".log"));
  if (std::system(command.c_str()) != 0) return false;
  std::filesystem::rename(unfinished, file);
  return true;
}

/// The ways of a peer that take part in more rounds: its fastest, and its fastest in fp32, of the
/// sum over all works. So the first round is for all, and the others for those that could be best.
std::vector<Contender> worth_more_rounds(const Contest& contest, const Measurements& measurements) {
  const auto seconds = [&](const Contender& contender) {
    double sum = 0.0;
    for (const std::string& work : measurements.works()) {
      if (const auto found = measurements.of(work, contender.name)) sum += found->seconds;
    }
    return sum > 0 ? sum : std::numeric_limits<double>::infinity();
  };
  const auto peer_of = [](const Contender& one) { return one.name.substr(0, one.name.find(',')); };
  std::vector<Contender> best;
  for (const Contender& one : contest.contenders) {
    const auto beats = [&](const Contender& other) {
      return peer_of(other) == peer_of(one) && seconds(other) < seconds(one);
    };
    const auto beats_in_fp32 = [&](const Contender& other) {
      return other.is_fp32 && beats(other);
    };
    const auto& all = contest.contenders;
    if (std::none_of(all.begin(), all.end(), beats) ||
        (one.is_fp32 && std::none_of(all.begin(), all.end(), beats_in_fp32))) {
      best.push_back(one);
    }
  }
  return best;
}

/// All rounds of one contest: ours, the peers, ours again, ..., so that a machine that is slow for
/// a while is slow for all. What an interrupted run has measured already is not measured again.
void hold(Contest contest, size_t number, int n_rounds, const std::filesystem::path& results,
          Measurements& measurements) {
  Measurements first_round;
  for (int round = 0; round < n_rounds; ++round) {
    for (size_t i = 0; i < contest.contenders.size(); ++i) {
      const Contender& contender = contest.contenders[i];
      fmt::print(stderr, "\r\033[K{} {}, round {} of {}: {}", contest.topic, number, round + 1,
                 n_rounds, contender.name);
      const std::string file =
          (results / fmt::format("{}_{}_{}_{}.json", contest.topic, number, i, round)).string();
      if (std::filesystem::exists(file) || run(contender, file)) {
        measurements.read(file, contender.name);
        if (round == 0) first_round.read(file, contender.name);
      } else if (contender.name == ours) {
        fail(ExitCode::check_failed, "{} failed; see {}.log", contest.topic, file);
      } else {
        fmt::print(stderr, "\r\033[K{}: {} failed; see {}.log\n", contest.topic, contender.name,
                   file);
      }
    }
    if (round == 0) contest.contenders = worth_more_rounds(contest, first_round);
  }
}

/// Empties the folder, unless it has the beginning of the very same comparison.
void prepare(const std::filesystem::path& results, const std::string& description) {
  const std::filesystem::path unfinished = results / "unfinished";
  std::ifstream file(unfinished);
  const std::string begun((std::istreambuf_iterator<char>(file)), {});
  if (begun == description) {
    fmt::print(stderr, "going on with what was interrupted\n");
    return;
  }
  std::filesystem::remove_all(results);
  std::filesystem::create_directories(results);
  std::ofstream(unfinished) << description;
}

bool is_asked_for(const std::string& topic, const std::vector<std::string>& topics) {
  return topics.empty() || topic == "machine" ||
         std::find(topics.begin(), topics.end(), topic) != topics.end();
}

void write(const std::filesystem::path& path, const std::string& text) {
  if (!(std::ofstream(path) << text).flush()) {
    fail(ExitCode::cannot_create, "{}: cannot be written", path.string());
  }
}

int compare(const PlanOptions& options, int n_rounds, const std::vector<std::string>& topics) {
  // These would make peers slower than they are.
  unsetenv("OPENBLAS_CORETYPE");
  unsetenv("OPENBLAS_L2_SIZE");
  unsetenv("OMP_PROC_BIND");
  const char* isa = std::getenv("TRANSFORMER_ISA");
  prepare(options.results, fmt::format("{} {} {} {}", isa ? isa : "", options.quick, n_rounds,
                                       fmt::join(topics, " ")));

  const Plan plan = make_plan(options);
  Measurements measurements;
  for (size_t i = 0; i < plan.contests.size(); ++i) {
    const Contest& contest = plan.contests[i];
    if (is_asked_for(contest.topic, topics)) {
      hold(contest, i, n_rounds, options.results, measurements);
    }
  }
  fmt::print(stderr, "\r\033[K");

  const std::string table = make_table(measurements, plan);
  fmt::print("{}", table);
  const std::filesystem::path folder = options.results.parent_path();
  write(folder / "table.md", table);
  for (const auto& [name, picture] : make_charts(measurements, plan)) {
    write(folder / name, picture);
  }
  std::filesystem::remove(options.results / "unfinished");
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
  app.add_flag("--quick", options.quick, "a few sizes, at most three minutes");
  app.add_option("--rounds", n_rounds, "how often all take turns (default 3; quick 1)")
      ->check(CLI::Range(1, 1000));
  app.add_option("topics", topics, "what is measured (default: all)")
      ->check(CLI::IsMember(all_topics));
  app.add_option("--programs", options.programs, "folder of the measuring programs")->required();
  app.add_option("--project", options.project, "root of the project")->required();
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
