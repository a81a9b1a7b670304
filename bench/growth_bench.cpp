// A training step of one size after the other: what grows with it, and what it costs beside the
// count of its operations.
#include "bench/growth.hpp"
#include "bench/workloads.hpp"
#include "chapters/07_training_loop/trainer.hpp"
#include "chapters/07_training_loop/translation_loss.hpp"

namespace transformer::bench {
namespace {

constexpr Index n_vocabulary = 1000;

/// A step, and what it is made of.
struct Step {
  Index n_sentences = 32, length = 16, d_model = 128, n_layers = 2;
  int n_threads = 1;
};

Step step_of(const std::string& name, Index n) {
  Step step;
  if (name == "sentences") step.n_sentences = n;
  if (name == "length") step.length = n;
  if (name == "width") step.d_model = n;
  if (name == "layers") step.n_layers = n;
  if (name == "threads") step.n_threads = static_cast<int>(n);
  return step;
}

void measure(benchmark::State& state, const Step& step) {
  Workload workload{.name = "growth", .model = {}, .n_vocabulary = n_vocabulary};
  workload.model = {.d_model = step.d_model,
                    .d_ff = 4 * step.d_model,
                    .n_heads = 4,
                    .n_layers = step.n_layers,
                    .n_positions = step.length + 1};
  TranslationBatch batch;
  const std::vector<TokenId> tokens(static_cast<size_t>(step.length), TokenId{7});
  for (Index s = 0; s < step.n_sentences; ++s) append_pair(tokens, tokens, batch);
  ParameterStore store(1);
  const Transformer model(store, workload.model, n_vocabulary);
  Threads threads(step.n_threads);
  Trainer trainer(store, paper_schedule(step.d_model, 4000), threads);
  const auto train = [&] {
    trainer.step([&](Tape& tape) { return translation_loss(model, tape, batch, 0.1f); });
  };
  train();
  for (auto _ : state) train();
  count_flops(state, training_flops(workload, batch));
  state.counters["target_tokens"] = static_cast<double>(batch.n_target_tokens());
  // Of the step and of the model: values, gradients and two moments.
  state.counters["peak_memory"] = static_cast<double>(trainer.tape().arena().used()) +
                                  4.0 * sizeof(float) * static_cast<double>(store.n_parameters());
}

}  // namespace
}  // namespace transformer::bench

int main(int argc, char** argv) {
  using namespace transformer::bench;
  for (const GrowingSize& size : growing_sizes()) {
    for (const transformer::Index n : size.values) {
      const Step step = step_of(size.name, n);
      benchmark::RegisterBenchmark(growth_name(size, n).c_str(),
                                   [=](benchmark::State& state) { measure(state, step); })
          ->UseRealTime()
          ->Unit(benchmark::kMillisecond);
    }
  }
  return run_registered(argc, argv);
}
