// Translating with random weights: greedily and with a beam, as chapter 08 does it.
#include <limits>

#include "bench/programs.hpp"
#include "bench/workloads.hpp"
#include "chapters/08_translation/beam_search.hpp"

namespace transformer::bench {
namespace {

/// No token ends a sentence, so that all translations become as long as the model has positions.
constexpr SentenceMarks no_end = {1, std::numeric_limits<TokenId>::max()};

void measure(benchmark::State& state, Workload workload, const DecodingCase& decoding,
             int n_threads) {
  const Index length = decoding_length(workload);
  workload.model.n_positions = length;
  ParameterStore store(1);
  const Transformer model(store, workload.model, workload.n_vocabulary);
  Threads threads(n_threads);
  Tape tape(threads);
  const PackedSentences source = decoding_source(workload, decoding.n_sentences);

  const BeamConfig beam{decoding.beam_size};
  std::vector<Translation> translations;
  const auto translate = [&] {
    translations = decoding.beam_size == 1 ? greedy_decode(model, tape, source, no_end)
                                           : beam_search(model, tape, source, beam, no_end);
  };
  translate();
  for (const Translation& translation : translations) {
    if (static_cast<Index>(translation.tokens.size()) != length) {
      return state.SkipWithError("a translation has another length");
    }
  }
  for (auto _ : state) translate();
  state.counters["target_tokens"] = static_cast<double>(decoding.n_sentences * length);
}

}  // namespace
}  // namespace transformer::bench

int main(int argc, char** argv) {
  using namespace transformer::bench;
  for (const Workload& workload : workloads()) {
    for (const DecodingCase& decoding : decoding_cases) {
      for (const int n_threads : thread_counts) {
        const std::string name = fmt::format("{}/{}", workload.name, decoding.name);
        benchmark::RegisterBenchmark(
            with_threads(name, n_threads).c_str(),
            [=](benchmark::State& state) { measure(state, workload, decoding, n_threads); })
            ->UseRealTime()
            ->Unit(benchmark::kMillisecond);
      }
    }
  }
  return run_registered(argc, argv);
}
