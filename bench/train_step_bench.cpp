// Training steps: forward, backward and update, on one workload after the other. For a peak memory
// that means something, run one workload in one process: --benchmark_filter=tiny/.*threads:2.
#include "bench/programs.hpp"
#include "bench/workloads.hpp"
#include "chapters/07_training_loop/trainer.hpp"
#include "chapters/07_training_loop/translation_loss.hpp"
#include "src/system/machine.hpp"

namespace transformer::bench {
namespace {

void measure(benchmark::State& state, const Workload& workload, int n_threads) {
  const std::vector<TranslationBatch> batches = training_batches(workload);
  ParameterStore store(1);
  Transformer model(store, workload.model, workload.n_vocabulary);
  Threads threads(n_threads);
  Trainer trainer(store, paper_schedule(workload.model.d_model, 4000), threads);
  const auto step = [&](const TranslationBatch& batch) {
    trainer.step([&](Tape& tape) { return translation_loss(model, tape, batch, 0.1f); });
  };
  for (const TranslationBatch& batch : batches) step(batch);  // to warm up

  size_t i = 0;
  double flops = 0.0, n_tokens = 0.0;
  for (auto _ : state) {
    const TranslationBatch& batch = batches[i++ % batches.size()];
    step(batch);
    n_tokens += static_cast<double>(batch.n_target_tokens());
    flops += training_flops(workload, batch);
  }
  const double n_steps = static_cast<double>(i);
  count_flops(state, flops / n_steps);
  state.counters["target_tokens"] = n_tokens / n_steps;
  state.counters["peak_memory"] = machine::peak_memory();
}

}  // namespace
}  // namespace transformer::bench

int main(int argc, char** argv) {
  using namespace transformer::bench;
  for (const Workload& workload : workloads()) {
    for (const int n_threads : thread_counts) {
      // Whole rounds over the batches, about as long for each size.
      const auto n_rounds = workload.name == "toy" ? 20 : workload.name == "base" ? 1 : 2;
      benchmark::RegisterBenchmark(
          with_threads(fmt::format("{}/train", workload.name), n_threads).c_str(),
          [=](benchmark::State& state) { measure(state, workload, n_threads); })
          ->Iterations(n_rounds * workload.n_batches)
          ->UseRealTime()
          ->Unit(benchmark::kMillisecond);
    }
  }
  return run_registered(argc, argv);
}
