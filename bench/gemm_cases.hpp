// The matrix products of a Transformer, and how any library is timed on them.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "src/base/index.hpp"

namespace transformer::bench {

enum class Layout { nn, nt, tn };  ///< Which factor is transposed: a b, a b^T, a^T b.

/// n_batch products of one shape: c (m, n) = a (m, k) times b (k, n), each factor as `layout` has
/// it in memory. The matrices of a batch lie one behind the other.
struct GemmCase {
  std::string kind;
  Layout layout = Layout::nn;
  Index n_batch = 1, m = 0, n = 0, k = 0;

  bool a_transposed() const { return layout == Layout::tn; }
  bool b_transposed() const { return layout == Layout::nt; }
  Index a_columns() const { return a_transposed() ? m : k; }
  Index b_columns() const { return b_transposed() ? k : n; }
  /// For example `forward/nn/1x2048x512x512` (n_batch, m, n, k).
  std::string name() const;
};

std::vector<GemmCase> gemm_cases();

struct GemmOperands {
  const float* a;
  const float* b;
  float* c;

  /// The operands of product i of a batch.
  GemmOperands at(Index i, const GemmCase& shape) const {
    return {a + i * shape.m * shape.k, b + i * shape.k * shape.n, c + i * shape.m * shape.n};
  }
};

/// Gets a library ready for one case, which is not timed, and gives what is: all products once.
using PrepareGemm =
    std::function<std::function<void()>(const GemmCase&, const GemmOperands&, int n_threads)>;

/// The main function of a program that times `prepare` on every case.
int run_gemm_benchmarks(int argc, char** argv, const PrepareGemm& prepare);

}  // namespace transformer::bench
