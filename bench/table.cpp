#include "bench/table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <regex>

#include "bench/programs.hpp"
#include "src/kernels/instruction_set.hpp"

namespace transformer::bench {
namespace {

/// Part of the table: the works whose names match.
struct Section {
  const char* title;
  const char* works;
  bool in_gflops;  ///< Says GFLOP/s instead of milliseconds.
};

constexpr Section sections[] = {
    {"Matrix products", "(square|forward|dx|dw)/(nn|nt|tn)/.*", true},
    {"Attention: many small products", "(scores|context)/.*", true},
    {"Decoding: a few rows times a weight", "decode/.*", true},
    {"Row by row", ".*/(forward|backward|forward_and_backward|update)/[0-9]+x[0-9]+/.*", false},
    {"Training step", "[a-z]+/train/.*", false},
    {"Decoding", "[a-z]+/(greedy|beam)_.*", false}};

/// The limits of the machine, as measured in the same run.
class Limits {
 public:
  Limits(const Measurements& measurements, const std::string& threads)
      : measurements_(measurements), threads_(threads) {}

  double flops_per_second() const {
    return rate(fmt::format("peak/{}", name_of(instruction_set())), "flops");
  }
  /// Of a working set of so many MiB.
  double read(int mebibytes) const { return rate(fmt::format("read/{}_MiB", mebibytes), "bytes"); }
  double update(int mebibytes) const {
    return rate(fmt::format("update/{}_MiB", mebibytes), "bytes");
  }
  /// The least time in which memory itself, no cache, moves what `n` moved. Reading has a limit of
  /// its own: on many machines as much can be written beside it.
  double memory_seconds(const Measurement& n) const {
    return std::max(n.counter("bytes_read") / read(384), n.counter("bytes") / update(384));
  }

  double rate(const std::string& work, const char* counter) const {
    const auto found = measurements_.of(work + "/" + threads_, ours);
    return found ? found->counter(counter) / found->seconds : NAN;
  }

 private:
  const Measurements& measurements_;
  std::string threads_;
};

std::string percent(double share) { return fmt::format("{:.0f} %", 100.0 * share); }

/// `NAME/threads:2` in two.
std::pair<std::string, std::string> split(const std::string& work) {
  const size_t at = work.rfind('/');
  return {work.substr(0, at), work.substr(at + 1)};
}

/// How far `n` is from the limits; only what lies in memory counts against its bandwidth.
std::string share_of_limit(const Measurement& n, const Limits& limits) {
  constexpr double beyond_caches = 32e6;
  if (n.counter("flops") > 0) {
    return percent(n.counter("flops") / n.seconds / limits.flops_per_second()) + " of peak";
  }
  if (n.counter("bytes") < beyond_caches) return "";
  return percent(limits.memory_seconds(n) / n.seconds) + " of bandwidth";
}

std::string megabytes(const Measurement& n) {
  return fmt::format("{:.0f} MB", n.counter("peak_memory") / 1e6);
}

/// Tokens a second and memory, for models.
std::string remarks(const Measurement& n) {
  std::string text;
  if (n.counter("target_tokens") > 0) {
    text += fmt::format("{:.0f} target tokens/s", n.counter("target_tokens") / n.seconds);
  }
  if (n.counter("peak_memory") > 0) text += ", " + megabytes(n);
  return text;
}

class SectionTable {
 public:
  SectionTable(const Section& section, const Measurements& measurements)
      : section_(section), measurements_(measurements) {}

  std::string make(const std::vector<std::string>& peers) {
    for (const std::string& work : measurements_.works()) {
      if (std::regex_match(work, std::regex(section_.works)) && measurements_.of(work, ours)) {
        works_.push_back(work);
      }
    }
    if (works_.empty()) return "";
    for (const std::string& peer : peers) {
      const auto takes_part = [&](const std::string& w) { return measurements_.of(w, peer); };
      if (std::any_of(works_.begin(), works_.end(), takes_part)) peers_.push_back(peer);
    }
    add_head();
    for (const std::string& work : works_) add_row(work);
    for (const int n_threads : thread_counts) add_summary(fmt::format("threads:{}", n_threads));
    return text_;
  }

 private:
  void add_head() {
    text_ += fmt::format("\n## {} ({})\n\n| work | threads | ours |", section_.title,
                         section_.in_gflops ? "GFLOP/s" : "ms");
    std::string line = "\n|---|--:|--:|";
    for (const std::string& peer : peers_) {
      text_ += fmt::format(" {} |", peer);
      line += "--:|";
    }
    text_ += " ours : best peer | share | remarks |" + line + "--:|--:|---|\n";
  }

  std::string figure(const Measurement& n) const {
    if (section_.in_gflops) return fmt::format("{:.0f}", n.counter("flops") / n.seconds / 1e9);
    return fmt::format("{:.4g}", 1e3 * n.seconds);
  }

  void add_row(const std::string& work) {
    const auto [name, threads] = split(work);
    const Measurement mine = *measurements_.of(work, ours);
    text_ +=
        fmt::format("| {} | {} | {} |", name, threads.substr(threads.find(':') + 1), figure(mine));
    double best = INFINITY;
    std::string remark = remarks(mine);
    for (const std::string& peer : peers_) {
      const auto theirs = measurements_.of(work, peer);
      text_ += fmt::format(" {} |", theirs ? figure(*theirs) : "");
      if (!theirs) continue;
      best = std::min(best, theirs->seconds);
      if (theirs->counter("peak_memory") > 0) {
        remark += fmt::format(" ({} {})", peer, megabytes(*theirs));
      }
    }
    if (std::isfinite(best)) ratios_.push_back({threads, best / mine.seconds});
    text_ += fmt::format(" {} | {} | {} |\n",
                         std::isfinite(best) ? fmt::format("{:.2f} x", best / mine.seconds) : "",
                         share_of_limit(mine, Limits(measurements_, threads)), remark);
  }

  /// The geometric mean of the ratios and the worst of them.
  void add_summary(const std::string& threads) {
    double sum_of_logs = 0.0, worst = INFINITY;
    int n = 0;
    for (const auto& [of, ratio] : ratios_) {
      if (of != threads) continue;
      sum_of_logs += std::log(ratio);
      worst = std::min(worst, ratio);
      ++n;
    }
    if (n == 0) return;
    text_ += fmt::format("\n{}, against the best peer: geometric mean {:.2f} x, worst {:.2f} x\n",
                         threads, std::exp(sum_of_logs / n), worst);
  }

  const Section& section_;
  const Measurements& measurements_;
  std::vector<std::string> works_, peers_;
  std::vector<std::pair<std::string, double>> ratios_;  // by threads
  std::string text_;
};

std::string machine_table(const Measurements& measurements) {
  std::string text = "## This machine\n\n| threads |";
  std::string line = "\n|--:|";
  for (const InstructionSet set : available_instruction_sets()) {
    text += fmt::format(" {} GFLOP/s |", name_of(set));
    line += "--:|";
  }
  text += " read GB/s: 1, 8, 384 MiB | update GB/s |" + line + "--:|--:|\n";
  for (const int n_threads : thread_counts) {
    const Limits limits(measurements, fmt::format("threads:{}", n_threads));
    text += fmt::format("| {} |", n_threads);
    for (const InstructionSet set : available_instruction_sets()) {
      text += fmt::format(" {:.0f} |",
                          limits.rate(fmt::format("peak/{}", name_of(set)), "flops") / 1e9);
    }
    text += fmt::format(" {:.0f}, {:.0f}, {:.0f} | {:.0f}, {:.0f}, {:.0f} |\n",
                        limits.read(1) / 1e9, limits.read(8) / 1e9, limits.read(384) / 1e9,
                        limits.update(1) / 1e9, limits.update(8) / 1e9, limits.update(384) / 1e9);
  }
  return text + fmt::format("\nOurs runs on {}.\n", name_of(instruction_set()));
}

}  // namespace

std::string make_table(const Measurements& measurements, const Plan& plan) {
  std::string text = machine_table(measurements);
  for (const std::string& peer : plan.absent) text += fmt::format("Left out: {}.\n", peer);
  std::vector<std::string> peers;
  for (const Contest& contest : plan.contests) {
    for (const Contender& one : contest.contenders) {
      if (one.name != ours && std::find(peers.begin(), peers.end(), one.name) == peers.end()) {
        peers.push_back(one.name);
      }
    }
  }
  for (const Section& section : sections) text += SectionTable(section, measurements).make(peers);
  return text;
}

}  // namespace transformer::bench
