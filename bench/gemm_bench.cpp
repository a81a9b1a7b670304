// The project's matrix product on the products of a Transformer.
#include <memory>

#include "bench/gemm_cases.hpp"
#include "src/kernels/kernels.hpp"

namespace transformer::bench {
namespace {

void multiply(const GemmCase& shape, const GemmOperands& one, Threads& threads) {
  const ConstMatrixView a(one.a, shape.m * shape.k / shape.a_columns(), shape.a_columns());
  const ConstMatrixView b(one.b, shape.k * shape.n / shape.b_columns(), shape.b_columns());
  matmul({a, shape.a_transposed()}, {b, shape.b_transposed()}, MatrixView(one.c, shape.m, shape.n),
         {}, threads);
}

/// One product is split between the threads; of many small ones, each is one thread's.
std::function<void()> prepare(const GemmCase& shape, const GemmOperands& all, int n_threads) {
  const auto threads = std::make_shared<Threads>(n_threads);
  return [=] {
    if (shape.n_batch == 1) return multiply(shape, all, *threads);
    threads->parallel_ranges(shape.n_batch, 16, [&](Index begin, Index end) {
      for (Index i = begin; i < end; ++i) multiply(shape, all.at(i, shape), Threads::serial());
    });
  };
}

}  // namespace
}  // namespace transformer::bench

int main(int argc, char** argv) {
  return transformer::bench::run_gemm_benchmarks(argc, argv, transformer::bench::prepare);
}
