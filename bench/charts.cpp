#include "bench/charts.hpp"

#include <fmt/format.h>

#include "bench/growth.hpp"
#include "bench/programs.hpp"
#include "bench/table.hpp"
#include "bench/workloads.hpp"
#include "src/draw/figures.hpp"

namespace transformer::bench {
namespace {

/// Milliseconds against the size of a model: for ours, for the fastest way of the peers in fp32,
/// and for their fastest of all.
std::string against_size(const Measurements& measurements, const Plan& plan,
                         const std::string& what, const std::string& title) {
  std::vector<Series> lines = {
      {"ours", {}, {}}, {"best peer in fp32", {}, {}}, {"best peer of all", {}, {}}};
  const std::vector<Contender> peers = peers_of(plan);
  for (const Workload& workload : workloads()) {
    const std::string work =
        with_threads(fmt::format("{}/{}", workload.name, what), thread_counts.back());
    const auto add = [&](Series& line, double seconds) {
      line.x.push_back(static_cast<double>(workload.model.d_model));
      line.y.push_back(1e3 * seconds);
    };
    const auto mine = measurements.of(work, ours);
    if (!mine) continue;
    add(lines[0], mine->seconds);
    add(lines[1], fastest(measurements, peers, work, true).seconds);
    add(lines[2], fastest(measurements, peers, work, false).seconds);
  }
  return line_chart(lines, {.title = title,
                            .x_label = "d_model of toy, tiny, small and base",
                            .y_label = "milliseconds",
                            .log_x = true,
                            .log_y = true});
}

/// All three as multiples of what they are at the beginning.
std::string growth(const Measurements& measurements, const GrowingSize& size) {
  Series seconds{"time", {}, {}}, flops{"operations", {}, {}}, memory{"memory", {}, {}};
  for (const Index n : size.values) {
    const auto found = measurements.of(growth_name(size, n), ours);
    if (!found) continue;
    for (Series* line : {&seconds, &flops, &memory}) line->x.push_back(static_cast<double>(n));
    seconds.y.push_back(found->seconds);
    flops.y.push_back(found->counter("flops"));
    memory.y.push_back(found->counter("peak_memory"));
  }
  if (seconds.y.empty()) return "";
  for (Series* line : {&seconds, &flops, &memory}) {
    const double first = line->y.front();
    for (double& y : line->y) y /= first;
  }
  const std::vector<Series> lines = {seconds, flops, memory};
  return line_chart(lines, {.title = fmt::format("A training step against {}", size.meaning),
                            .x_label = size.meaning,
                            .y_label = "times the first",
                            .log_x = true,
                            .log_y = true});
}

}  // namespace

std::map<std::string, std::string> make_charts(const Measurements& measurements, const Plan& plan) {
  std::map<std::string, std::string> charts;
  if (measurements.of(with_threads("toy/train", thread_counts.back()), ours)) {
    charts["train.svg"] = against_size(measurements, plan, "train", "A training step, two threads");
    charts["decode.svg"] = against_size(measurements, plan, "beam_4_of_32",
                                        "Beam search over 32 sentences, two threads");
  }
  for (const GrowingSize& size : growing_sizes()) {
    const std::string chart = growth(measurements, size);
    if (!chart.empty()) charts[fmt::format("growth_{}.svg", size.name)] = chart;
  }
  return charts;
}

}  // namespace transformer::bench
