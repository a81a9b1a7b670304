// OpenBLAS on the same products. It is loaded when the program runs, so that building needs none of
// it; the variable OPENBLAS_LIBRARY names another file.
#include <dlfcn.h>

#include <cstdio>
#include <cstdlib>
#include <memory>

#include "bench/gemm_cases.hpp"
#include "src/system/threads.hpp"

namespace transformer::bench {
namespace {

// CBLAS: its enumerations and the signature of cblas_sgemm.
constexpr int row_major = 101, not_transposed = 111, is_transposed = 112;
using Sgemm = void (*)(int order, int trans_a, int trans_b, int m, int n, int k, float alpha,
                       const float* a, int lda, const float* b, int ldb, float beta, float* c,
                       int ldc);

struct OpenBlas {
  Sgemm sgemm = nullptr;
  void (*set_num_threads)(int) = nullptr;
};

/// Without sgemm where there is no OpenBLAS.
OpenBlas load() {
  const char* named = std::getenv("OPENBLAS_LIBRARY");
  for (const char* file : {named, "libopenblas.so.0", "libopenblas.so", "libopenblas.dylib"}) {
    void* library = file ? dlopen(file, RTLD_NOW | RTLD_LOCAL) : nullptr;
    if (!library) continue;
    return {reinterpret_cast<Sgemm>(dlsym(library, "cblas_sgemm")),
            reinterpret_cast<void (*)(int)>(dlsym(library, "openblas_set_num_threads"))};
  }
  return {};
}

void multiply(const OpenBlas& blas, const GemmCase& shape, const GemmOperands& one) {
  blas.sgemm(row_major, shape.a_transposed() ? is_transposed : not_transposed,
             shape.b_transposed() ? is_transposed : not_transposed, static_cast<int>(shape.m),
             static_cast<int>(shape.n), static_cast<int>(shape.k), 1.0f, one.a,
             static_cast<int>(shape.a_columns()), one.b, static_cast<int>(shape.b_columns()), 0.0f,
             one.c, static_cast<int>(shape.n));
}

/// CBLAS has no batches: they are split between our threads, which call it on one thread each.
std::function<void()> prepare(const OpenBlas& blas, const GemmCase& shape, const GemmOperands& all,
                              int n_threads) {
  if (shape.n_batch == 1) {
    blas.set_num_threads(n_threads);
    return [=] { multiply(blas, shape, all); };
  }
  blas.set_num_threads(1);
  const auto threads = std::make_shared<Threads>(n_threads);
  return [=] {
    threads->parallel_ranges(shape.n_batch, 16, [&](Index begin, Index end) {
      for (Index i = begin; i < end; ++i) multiply(blas, shape, all.at(i, shape));
    });
  };
}

}  // namespace
}  // namespace transformer::bench

int main(int argc, char** argv) {
  using namespace transformer::bench;
  const OpenBlas blas = load();
  if (!blas.sgemm || !blas.set_num_threads) {
    std::fputs("OpenBLAS is not installed\n", stderr);
    return 77;
  }
  return run_gemm_benchmarks(argc, argv,
                             [&](const GemmCase& shape, const GemmOperands& all, int n_threads) {
                               return prepare(blas, shape, all, n_threads);
                             });
}
