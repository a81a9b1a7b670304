// oneDNN's matmul primitive on the same products. It is made once for each case, and knows batches.
#include <omp.h>

#include <memory>
#include <oneapi/dnnl/dnnl.hpp>
#include <type_traits>
#include <unordered_map>

#include "bench/gemm_cases.hpp"

namespace transformer::bench {
namespace {

using dnnl::memory;

/// n_batch matrices (n_rows, n_columns), one behind the other, each perhaps stored transposed.
memory::desc batch_of(Index n_batch, Index n_rows, Index n_columns, bool is_transposed) {
  const memory::dims strides = is_transposed ? memory::dims{n_rows * n_columns, 1, n_rows}
                                             : memory::dims{n_rows * n_columns, n_columns, 1};
  return {{n_batch, n_rows, n_columns}, memory::data_type::f32, strides};
}

/// oneDNN 3 describes a primitive in one step, oneDNN 2 in two.
template <class Matmul>
dnnl::primitive describe(const dnnl::engine& engine, const memory::desc& a, const memory::desc& b,
                         const memory::desc& c) {
  using Description = typename Matmul::primitive_desc;
  if constexpr (std::is_constructible_v<Description, dnnl::engine, memory::desc, memory::desc,
                                        memory::desc>) {
    return Matmul(Description(engine, a, b, c));
  } else {
    return Matmul(Description(typename Matmul::desc(a, b, c), engine));
  }
}

std::function<void()> prepare(const GemmCase& shape, const GemmOperands& all, int n_threads) {
  omp_set_num_threads(n_threads);
  const dnnl::engine engine(dnnl::engine::kind::cpu, 0);
  const memory::desc a = batch_of(shape.n_batch, shape.m, shape.k, shape.a_transposed());
  const memory::desc b = batch_of(shape.n_batch, shape.k, shape.n, shape.b_transposed());
  const memory::desc c = batch_of(shape.n_batch, shape.m, shape.n, false);
  const dnnl::primitive product = describe<dnnl::matmul>(engine, a, b, c);

  // The library's handles are not const; it only reads a and b.
  const std::unordered_map<int, memory> arguments = {
      {DNNL_ARG_SRC, memory(a, engine, const_cast<float*>(all.a))},
      {DNNL_ARG_WEIGHTS, memory(b, engine, const_cast<float*>(all.b))},
      {DNNL_ARG_DST, memory(c, engine, all.c)}};
  dnnl::stream stream(engine);
  return [=]() mutable {
    product.execute(stream, arguments);
    stream.wait();
  };
}

}  // namespace
}  // namespace transformer::bench

int main(int argc, char** argv) {
  return transformer::bench::run_gemm_benchmarks(argc, argv, transformer::bench::prepare);
}
