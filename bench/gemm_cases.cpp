#include "bench/gemm_cases.hpp"

#include <cmath>
#include <span>
#include <utility>

#include "bench/programs.hpp"
#include "src/base/philox.hpp"
#include "src/system/arena.hpp"

namespace transformer::bench {
namespace {

void add_squares(std::vector<GemmCase>& cases) {
  for (const Index n : {64, 128, 256, 512, 1024, 2048}) {
    cases.push_back({"square", Layout::nn, 1, n, n, n});
    if (n != 256 && n != 1024) continue;
    cases.push_back({"square", Layout::nt, 1, n, n, n});
    cases.push_back({"square", Layout::tn, 1, n, n, n});
  }
}

/// y = x w with w (n_in, n_out), and for 2048 tokens the gradients of x and w.
void add_linear_layer(std::vector<GemmCase>& cases, Index n_in, Index n_out) {
  for (const Index n_tokens : {512, 2048, 4096}) {
    if (n_tokens == 4096 && n_out == 8000) continue;
    cases.push_back({"forward", Layout::nn, 1, n_tokens, n_out, n_in});
  }
  cases.push_back({"dx", Layout::nt, 1, 2048, n_in, n_out});
  cases.push_back({"dw", Layout::tn, 1, n_in, n_out, 2048});
}

/// All sentences and heads of a batch: q k^T and p v.
void add_attention(std::vector<GemmCase>& cases) {
  for (const auto& [n_batch, n_tokens] : {std::pair{512, 10}, {512, 32}, {64, 128}}) {
    cases.push_back({"scores", Layout::nt, n_batch, n_tokens, n_tokens, 64});
    cases.push_back({"context", Layout::nn, n_batch, n_tokens, 64, n_tokens});
  }
  cases.push_back({"scores", Layout::nt, 256, 10, 10, 16});  // the toy's d_k
}

/// A few rows times a weight; nt is the projection to the vocabulary by the embedding table.
void add_decoding(std::vector<GemmCase>& cases) {
  for (const Index n : {512, 2048, 8000}) {
    for (const Index m : {1, 2, 4, 8}) cases.push_back({"decode", Layout::nn, 1, m, n, 512});
  }
  for (const Index m : {1, 4}) cases.push_back({"decode", Layout::nt, 1, m, 8000, 512});
}

void fill(std::span<float> numbers, std::uint32_t site) {
  const RandomKey key{1, 0, site};
  // A block of random numbers, again and again: what matters is that they are ordinary.
  for (size_t i = 0; i < numbers.size(); ++i) {
    numbers[i] = i < 4096 ? 2.0f * unit_float(key.word(i)) - 1.0f : numbers[i - 4096];
  }
}

/// Compares a few elements with the sum that defines them.
bool is_right(const GemmCase& shape, const GemmOperands& all) {
  const RandomKey key{2, 0, 0};
  for (std::uint64_t draw = 0; draw < 8; ++draw) {
    const auto below = [&](Index n, std::uint64_t word) {
      return static_cast<Index>(key.below(4 * draw + word, static_cast<std::uint32_t>(n)));
    };
    const GemmOperands one = all.at(below(shape.n_batch, 0), shape);
    const Index i = below(shape.m, 1), j = below(shape.n, 2);
    double sum = 0.0;
    for (Index l = 0; l < shape.k; ++l) {
      const float a = shape.a_transposed() ? one.a[l * shape.m + i] : one.a[i * shape.k + l];
      const float b = shape.b_transposed() ? one.b[j * shape.k + l] : one.b[l * shape.n + j];
      sum += static_cast<double>(a) * static_cast<double>(b);
    }
    const double tolerance = 1e-4 * std::sqrt(static_cast<double>(shape.k));
    if (!(std::abs(sum - static_cast<double>(one.c[i * shape.n + j])) < tolerance)) return false;
  }
  return true;
}

void measure(benchmark::State& state, const GemmCase& shape, int n_threads,
             const PrepareGemm& prepare) {
  Arena arena;
  const std::span<float> a = arena.allocate<float>(shape.n_batch * shape.m * shape.k);
  const std::span<float> b = arena.allocate<float>(shape.n_batch * shape.k * shape.n);
  const std::span<float> c = arena.allocate<float>(shape.n_batch * shape.m * shape.n);
  fill(a, 0);
  fill(b, 1);

  const GemmOperands operands{a.data(), b.data(), c.data()};
  const std::function<void()> multiply = prepare(shape, operands, n_threads);
  multiply();
  if (!is_right(shape, operands)) return state.SkipWithError("the product is wrong");
  for (auto _ : state) {
    multiply();
    benchmark::ClobberMemory();
  }
  count_flops(state, 2.0 * static_cast<double>(shape.n_batch * shape.m * shape.n * shape.k));
}

}  // namespace

std::string GemmCase::name() const {
  constexpr std::array layouts = {"nn", "nt", "tn"};
  return fmt::format("{}/{}/{}x{}x{}x{}", kind, layouts[static_cast<size_t>(layout)], n_batch, m, n,
                     k);
}

std::vector<GemmCase> gemm_cases() {
  std::vector<GemmCase> cases;
  add_squares(cases);
  constexpr std::pair<Index, Index> linear_layers[] = {{64, 64},    {64, 256},   {128, 128},
                                                       {128, 256},  {256, 1024}, {512, 512},
                                                       {512, 2048}, {2048, 512}, {512, 8000}};
  for (const auto& [n_in, n_out] : linear_layers) add_linear_layer(cases, n_in, n_out);
  add_attention(cases);
  add_decoding(cases);
  return cases;
}

int run_gemm_benchmarks(int argc, char** argv, const PrepareGemm& prepare) {
  for (const int n_threads : thread_counts) {
    for (const GemmCase& shape : gemm_cases()) {
      benchmark::RegisterBenchmark(
          with_threads(shape.name(), n_threads).c_str(),
          [=](benchmark::State& state) { measure(state, shape, n_threads, prepare); })
          ->UseRealTime();
    }
  }
  return run_registered(argc, argv);
}

}  // namespace transformer::bench
