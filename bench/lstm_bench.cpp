// A step of an LSTM, forward and backward, over sentences of one length and over ragged ones.
#include "bench/programs.hpp"
#include "chapters/09_recurrent_networks/recurrence.hpp"
#include "src/base/philox.hpp"
#include "src/tensor/tensor.hpp"

namespace transformer::bench {
namespace {

constexpr Index n_sentences = 64;

struct LstmCase {
  Index d, n_steps;
  bool is_ragged;
};

std::vector<Index> offsets_of(const LstmCase& one) {
  std::vector<Index> offsets = {0};
  for (Index s = 0; s < n_sentences; ++s) {
    // From half of the longest on, as evenly as they come.
    const Index length =
        one.is_ragged ? one.n_steps / 2 + s * 7 % (one.n_steps - one.n_steps / 2 + 1) : one.n_steps;
    offsets.push_back(offsets.back() + length);
  }
  return offsets;
}

Matrix random_matrix(Index n_rows, Index n_columns, std::uint64_t seed) {
  Matrix matrix = zeros(n_rows, n_columns);
  const RandomKey key{.seed = seed};
  for (size_t i = 0; i < matrix.size(); ++i) matrix.data()[i] = 2 * unit_float(key.word(i)) - 1;
  return matrix;
}

void measure(benchmark::State& state, const LstmCase& one, int n_threads) {
  const std::vector<Index> offsets = offsets_of(one);
  const Index n_tokens = offsets.back();
  const Matrix x_value = random_matrix(n_tokens, one.d, 1), dh = random_matrix(n_tokens, one.d, 2),
               start = zeros(n_sentences, 2 * one.d);
  ParameterStore store(1);
  const RecurrentWeights w(store, "lstm", CellKind::lstm, one.d, one.d);
  Threads threads(n_threads);
  Tape tape(threads);
  const auto step = [&] {
    tape.begin(Mode::training);
    store.forget_gradients();
    // In time order already, as PyTorch's packed sentences are.
    const TimeSteps steps(tape, {offsets});
    const Variable states =
        lstm(tape.input(view_of(x_value), true), w, tape.input(view_of(start)), steps);
    tape.backward(split_columns<2>(states)[0], view_of(dh));
  };
  step();
  step();
  for (auto _ : state) step();
  // Eight matrices of a cell, a product forward and two backward.
  const auto d = static_cast<double>(one.d), n = static_cast<double>(n_tokens);
  count_flops(state, 3.0 * n * 2 * 8 * d * d);
  state.counters["target_tokens"] = n;
}

}  // namespace
}  // namespace transformer::bench

int main(int argc, char** argv) {
  using namespace transformer::bench;
  for (const int n_threads : thread_counts) {
    for (const transformer::Index d : {128, 512}) {
      for (const transformer::Index n_steps : {15, 50}) {
        for (const bool is_ragged : {true, false}) {
          const std::string name =
              fmt::format("lstm/{}/{}x{}", is_ragged ? "packed" : "padded", d, n_steps);
          const LstmCase one{d, n_steps, is_ragged};
          benchmark::RegisterBenchmark(
              with_threads(name, n_threads).c_str(),
              [=](benchmark::State& state) { measure(state, one, n_threads); })
              ->UseRealTime()
              ->Unit(benchmark::kMillisecond);
        }
      }
    }
  }
  return run_registered(argc, argv);
}
