// What all measuring programs have in common.
#pragma once

#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <array>
#include <string>

#include "src/base/index.hpp"

namespace transformer::bench {

/// Everything is measured on one thread and on two.
inline constexpr std::array<int, 2> thread_counts = {1, 2};

/// How a measurement ends: peers' results are matched with ours by the whole name.
inline std::string with_threads(const std::string& name, int n_threads) {
  return fmt::format("{}/threads:{}", name, n_threads);
}

/// What one iteration does, for shares of the machine's limits.
inline void count_flops(benchmark::State& state, double flops) { state.counters["flops"] = flops; }
inline void count_bytes(benchmark::State& state, double n_read, double n_written) {
  state.counters["bytes_read"] = n_read;
  state.counters["bytes"] = n_read + n_written;
}

/// Runs what was registered, as the flags of Google Benchmark say. To be returned from main.
inline int run_registered(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}

}  // namespace transformer::bench
