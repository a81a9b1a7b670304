#include "bench/table.hpp"

#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <regex>

#include "bench/programs.hpp"
#include "src/kernels/instruction_set.hpp"

namespace transformer::bench {
namespace {

/// Which columns a part of the table has.
enum class Columns {
  each_peer,  ///< One for each.
  best        ///< The best in fp32 and the best of all, with their ways.
};

/// Part of the table: the works whose names match.
struct Section {
  const char* title;
  const char* works;
  bool in_gflops;  ///< Says GFLOP/s instead of milliseconds.
  Columns columns;
};

constexpr Section sections[] = {
    {"Matrix products", "(square|forward|dx|dw)/(nn|nt|tn)/.*", true, Columns::each_peer},
    {"Attention: many small products", "(scores|context)/.*", true, Columns::each_peer},
    {"Decoding: a few rows times a weight", "decode/.*", true, Columns::each_peer},
    {"Row by row", ".*/(forward|backward|forward_and_backward|update)/[0-9]+x[0-9]+/.*", false,
     Columns::best},
    {"Training step", "[a-z]+/train/.*", false, Columns::best},
    {"Decoding", "[a-z]+/(greedy|beam)_.*", false, Columns::best},
    {"Whole files", "[a-z]+/file_.*", false, Columns::best},
    {"What grows", "growth/.*", false, Columns::best},
    {"LSTM", "lstm/.*", true, Columns::each_peer}};

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

/// How much faster ours is, over many works.
class Ratios {
 public:
  void add(const std::string& threads, double ratio) { all_.push_back({threads, ratio}); }

  /// Their geometric mean and the worst of them; empty where there are none.
  std::string summary(const std::string& threads, const std::string& against) const {
    double sum_of_logs = 0.0, worst = INFINITY;
    int n = 0;
    for (const auto& [of, ratio] : all_) {
      if (of != threads) continue;
      sum_of_logs += std::log(ratio);
      worst = std::min(worst, ratio);
      ++n;
    }
    if (n == 0) return "";
    return fmt::format("\n{}, against {}: geometric mean {:.2f} x, worst {:.2f} x\n", threads,
                       against, std::exp(sum_of_logs / n), worst);
  }

 private:
  std::vector<std::pair<std::string, double>> all_;
};

class SectionTable {
 public:
  SectionTable(const Section& section, const Measurements& measurements,
               const std::vector<Contender>& peers)
      : section_(section), measurements_(measurements) {
    for (const std::string& work : measurements_.works()) {
      if (std::regex_match(work, std::regex(section_.works))) works_.push_back(work);
    }
    for (const Contender& peer : peers) {
      const auto takes_part = [&](const std::string& w) { return measurements_.of(w, peer.name); };
      if (std::any_of(works_.begin(), works_.end(), takes_part)) peers_.push_back(peer);
    }
    has_fewer_bits_ = std::any_of(peers_.begin(), peers_.end(),
                                  [](const Contender& peer) { return !peer.is_fp32; });
  }

  std::string make() {
    if (works_.empty()) return "";
    add_head();
    for (const std::string& work : works_) add_row(work);
    for (const int n_threads : thread_counts) {
      const std::string threads = fmt::format("threads:{}", n_threads);
      text_ += to_fp32_.summary(threads, has_fewer_bits_ ? "the best in fp32" : "the best peer");
      if (has_fewer_bits_) text_ += to_all_.summary(threads, "the best of all");
    }
    return text_;
  }

 private:
  void add_head() {
    text_ += fmt::format("\n## {} ({})\n\n", section_.title, section_.in_gflops ? "GFLOP/s" : "ms");
    std::vector<std::string> heads = {"work", "threads", "ours"};
    if (section_.columns == Columns::each_peer) {
      for (const Contender& peer : peers_) heads.push_back(peer.name);
      heads.push_back("ours : best peer");
    } else if (!peers_.empty()) {
      heads.insert(heads.end(), {"best in fp32", "who", "ours : it"});
      if (has_fewer_bits_) heads.insert(heads.end(), {"best of all", "who", "ours : it"});
    }
    heads.insert(heads.end(), {"share", "remarks"});
    text_ += fmt::format("| {} |\n|---|", fmt::join(heads, " | "));
    for (size_t i = 1; i < heads.size(); ++i) {
      text_ += heads[i] == "who" || heads[i] == "remarks" ? "---|" : "--:|";
    }
    text_ += "\n";
  }

  std::string figure(const Measurement& n) const {
    if (section_.in_gflops) return fmt::format("{:.0f}", n.counter("flops") / n.seconds / 1e9);
    return fmt::format("{:.4g}", 1e3 * n.seconds);
  }

  static std::string ratio_text(double ratio) {
    return std::isfinite(ratio) ? fmt::format("{:.2f} x", ratio) : "";
  }

  void add_row(const std::string& work) {
    const auto [name, threads] = split(work);
    const auto mine = measurements_.of(work, ours);
    const double my_seconds = mine ? mine->seconds : NAN;
    text_ += fmt::format("| {} | {} | {} |", name, threads.substr(threads.find(':') + 1),
                         mine ? figure(*mine) : "");
    const Fastest fp32 = fastest(measurements_, peers_, work, true),
                  all = fastest(measurements_, peers_, work, false);
    if (section_.columns == Columns::each_peer) {
      for (const Contender& peer : peers_) {
        const auto theirs = measurements_.of(work, peer.name);
        text_ += fmt::format(" {} |", theirs ? figure(*theirs) : "");
      }
      text_ += fmt::format(" {} |", ratio_text(fp32.seconds / my_seconds));
    } else if (!peers_.empty()) {
      add_best(work, fp32, my_seconds);
      if (has_fewer_bits_) add_best(work, all, my_seconds);
    }
    if (mine && fp32.contender != nullptr) to_fp32_.add(threads, fp32.seconds / my_seconds);
    if (mine && all.contender != nullptr) to_all_.add(threads, all.seconds / my_seconds);
    text_ += fmt::format(" {} | {} |\n",
                         mine ? share_of_limit(*mine, Limits(measurements_, threads)) : "",
                         mine ? remarks(*mine) + remarks_of_peer(work, fp32) : "");
  }

  void add_best(const std::string& work, const Fastest& best, double my_seconds) {
    if (best.contender == nullptr) {
      text_ += " | | |";
      return;
    }
    const Measurement theirs = *measurements_.of(work, best.contender->name);
    text_ += fmt::format(" {} | {} | {} |", figure(theirs), best.contender->name,
                         ratio_text(best.seconds / my_seconds));
  }

  std::string remarks_of_peer(const std::string& work, const Fastest& best) const {
    if (best.contender == nullptr) return "";
    const Measurement theirs = *measurements_.of(work, best.contender->name);
    if (theirs.counter("peak_memory") > 0) return fmt::format(" (it: {})", megabytes(theirs));
    if (theirs.counter("same") > 0) {
      return fmt::format("{:.0f} of {:.0f} the same", theirs.counter("same"),
                         theirs.counter("sentences"));
    }
    return "";
  }

  const Section& section_;
  const Measurements& measurements_;
  std::vector<std::string> works_;
  std::vector<Contender> peers_;
  bool has_fewer_bits_ = false;
  Ratios to_fp32_, to_all_;
  std::string text_;
};

/// The name that the system has for it.
std::string processor() {
  std::ifstream file("/proc/cpuinfo");
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("model name")) return line.substr(line.find(':') + 2);
  }
  return "its processor has no name here";
}

std::string machine_table(const Measurements& measurements) {
  std::string text = fmt::format("## This machine: {}\n\n| threads |", processor());
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
  if (const auto products = measurements.remark("products")) {
    text += fmt::format("Products of {}.\n", *products);
  }
  for (const std::string& peer : plan.absent) text += fmt::format("Left out: {}.\n", peer);
  const std::vector<Contender> peers = peers_of(plan);
  for (const Section& section : sections) {
    text += SectionTable(section, measurements, peers).make();
  }
  return text;
}

std::vector<Contender> peers_of(const Plan& plan) {
  std::vector<Contender> peers;
  for (const Contest& contest : plan.contests) {
    for (const Contender& one : contest.contenders) {
      const auto is_it = [&](const Contender& other) { return other.name == one.name; };
      if (one.name != ours && std::none_of(peers.begin(), peers.end(), is_it)) peers.push_back(one);
    }
  }
  return peers;
}

Fastest fastest(const Measurements& measurements, const std::vector<Contender>& peers,
                const std::string& work, bool in_fp32) {
  Fastest found;
  for (const Contender& peer : peers) {
    const auto theirs = measurements.of(work, peer.name);
    if (!theirs || (in_fp32 && !peer.is_fp32) || theirs->seconds >= found.seconds) continue;
    found = {&peer, theirs->seconds};
  }
  return found;
}

}  // namespace transformer::bench
