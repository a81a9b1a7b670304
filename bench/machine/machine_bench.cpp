// The machine's limits: multiply-adds a second on each instruction set, and bytes a second.
#include <array>
#include <span>

#include "bench/machine/limits.hpp"
#include "bench/programs.hpp"
#include "src/kernels/instruction_set.hpp"
#include "src/system/arena.hpp"
#include "src/system/threads.hpp"

namespace transformer::bench {
namespace {

LimitLoops loops_of(InstructionSet set) {
#if defined(__x86_64__)
  if (set == InstructionSet::avx512) return avx512_loops();
  if (set == InstructionSet::avx2) return avx2_loops();
#endif
  static_cast<void>(set);
  return baseline_loops();
}

/// All threads at once, long enough that their start does not count.
void measure_peak(benchmark::State& state, const LimitLoops& loops, int n_threads) {
  constexpr Index n_rounds = 1 << 20;
  Threads threads(n_threads);
  for (auto _ : state) {
    threads.parallel_for(n_threads,
                         [&](Index) { benchmark::DoNotOptimize(loops.multiply_add(n_rounds)); });
  }
  count_flops(state, static_cast<double>(n_threads * n_rounds * loops.flops_per_round));
}

/// Three arrays of n floats together, a part of each for each thread.
struct Arrays {
  explicit Arrays(Index n_bytes) : n(n_bytes / 12 / 8192 * 8192) {
    // Arrays a power of two apart would get into each other's way, in caches and in memory.
    constexpr Index gap = 5 * 8192 + 1040;
    for (std::span<float>& array : arrays) {
      array = arena.allocate<float>(n + gap);
      for (float& x : array) x = 1.0f;
    }
  }

  Index n;
  Arena arena;
  std::array<std::span<float>, 3> arrays;
};

void measure_read(benchmark::State& state, const LimitLoops& loops, int n_threads, Index n_bytes) {
  const Arrays memory(n_bytes);
  Threads threads(n_threads);
  for (auto _ : state) {
    threads.parallel_ranges(memory.n, memory.n / n_threads, [&](Index begin, Index end) {
      const auto& [x, y, z] = memory.arrays;
      benchmark::DoNotOptimize(
          loops.read(x.data() + begin, y.data() + begin, z.data() + begin, end - begin));
    });
  }
  count_bytes(state, 12.0 * static_cast<double>(memory.n), 0.0);
}

void measure_update(benchmark::State& state, const LimitLoops& loops, int n_threads,
                    Index n_bytes) {
  const Arrays memory(n_bytes);
  Threads threads(n_threads);
  for (auto _ : state) {
    threads.parallel_ranges(memory.n, memory.n / n_threads, [&](Index begin, Index end) {
      const auto& [x, y, z] = memory.arrays;
      loops.update(x.data() + begin, y.data() + begin, z.data() + begin, end - begin);
    });
    benchmark::ClobberMemory();
  }
  count_bytes(state, 12.0 * static_cast<double>(memory.n), 12.0 * static_cast<double>(memory.n));
}

void add(const std::string& name, int n_threads, auto measure) {
  benchmark::RegisterBenchmark(with_threads(name, n_threads).c_str(), measure)->UseRealTime();
}

}  // namespace
}  // namespace transformer::bench

int main(int argc, char** argv) {
  using namespace transformer;
  using namespace transformer::bench;
  for (const int n_threads : thread_counts) {
    for (const InstructionSet set : available_instruction_sets()) {
      const LimitLoops loops = loops_of(set);
      add(fmt::format("peak/{}", name_of(set)), n_threads,
          [=](benchmark::State& state) { measure_peak(state, loops, n_threads); });
    }
    const LimitLoops loops = loops_of(available_instruction_sets().back());
    for (const Index mebibytes : {1, 8, 384}) {
      const Index n_bytes = mebibytes << 20;
      add(fmt::format("read/{}_MiB", mebibytes), n_threads,
          [=](benchmark::State& state) { measure_read(state, loops, n_threads, n_bytes); });
      add(fmt::format("update/{}_MiB", mebibytes), n_threads,
          [=](benchmark::State& state) { measure_update(state, loops, n_threads, n_bytes); });
    }
  }
  return run_registered(argc, argv);
}
