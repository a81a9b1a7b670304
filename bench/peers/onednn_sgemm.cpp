// oneDNN's function dnnl_sgemm on the same products.
#include <omp.h>

#include <memory>
#include <oneapi/dnnl/dnnl.hpp>

#include "bench/gemm_cases.hpp"
#include "src/system/threads.hpp"

namespace transformer::bench {
namespace {

void multiply(const GemmCase& shape, const GemmOperands& one) {
  dnnl_sgemm(shape.a_transposed() ? 'T' : 'N', shape.b_transposed() ? 'T' : 'N', shape.m, shape.n,
             shape.k, 1.0f, one.a, shape.a_columns(), one.b, shape.b_columns(), 0.0f, one.c,
             shape.n);
}

/// A batch is split between OpenMP's threads, in which oneDNN starts no others.
std::function<void()> prepare(const GemmCase& shape, const GemmOperands& all, int n_threads) {
  omp_set_num_threads(n_threads);
  if (shape.n_batch == 1) return [=] { multiply(shape, all); };
  return [=] {
#pragma omp parallel for schedule(static)
    for (Index i = 0; i < shape.n_batch; ++i) multiply(shape, all.at(i, shape));
  };
}

}  // namespace
}  // namespace transformer::bench

int main(int argc, char** argv) {
  return transformer::bench::run_gemm_benchmarks(argc, argv, transformer::bench::prepare);
}
