// The kernels that treat a matrix row by row: they do little with each number, so that reading and
// writing the matrix is what limits them.
#include <algorithm>
#include <functional>
#include <span>
#include <vector>

#include "bench/programs.hpp"
#include "src/kernels/kernels.hpp"
#include "src/system/arena.hpp"

namespace transformer::bench {
namespace {

constexpr float epsilon = 1e-5f;
constexpr Dropout dropout = {0.1f, {1, 1, 1}};

/// What the kernels read and write, for one shape.
class Rows {
 public:
  Rows(Index n_rows, Index n_columns, int n_threads)
      : threads(n_threads),
        x(filled(n_rows, n_columns)),
        y(filled(n_rows, n_columns)),
        z(filled(n_rows, n_columns)),
        w(filled(n_rows, n_columns)),
        parameters(filled(4, n_columns)),
        mean(filled(2, n_rows)),
        losses(filled(1, n_rows)),
        targets(static_cast<size_t>(n_rows)) {
    for (size_t i = 0; i < targets.size(); ++i) {
      targets[i] = static_cast<TokenId>(i * 7919 % static_cast<size_t>(n_columns));
    }
  }

  static std::span<float> all_of(MatrixView matrix) {
    return {matrix.data, static_cast<size_t>(matrix.size())};
  }
  MatrixView parameter(Index i) const { return parameters.rows(i, i + 1); }
  LayerNormMoments moments() const { return {all_of(mean.rows(0, 1)), all_of(mean.rows(1, 2))}; }

 private:
  /// Ordinary numbers in (0, 1).
  MatrixView filled(Index n_rows, Index n_columns) {
    MatrixView matrix(arena_.allocate<float>(n_rows * n_columns).data(), n_rows, n_columns);
    for (Index i = 0; i < matrix.size(); ++i) {
      matrix.data[i] = static_cast<float>((i * 7919) % 10007 + 1) / 10008.0f;
    }
    return matrix;
  }
  Arena arena_;

 public:
  Threads threads;
  MatrixView x, y, z, w;
  MatrixView parameters, mean, losses;
  std::vector<TokenId> targets;
};

/// A kernel, and how many numbers it must read and write at least for each number of a matrix.
struct RowCase {
  const char* name;
  int n_read, n_written;
  void (*run)(Rows&);
};

const RowCase cases[] = {
    {"softmax/forward", 1, 1,
     [](Rows& r) { softmax_forward(r.x, 1.0f, Mask::none, r.y, r.threads); }},
    {"softmax/backward", 2, 1, [](Rows& r) { softmax_backward(r.x, r.y, 1.0f, r.z, r.threads); }},
    {"layer_norm/forward", 1, 1,
     [](Rows& r) {
       layer_norm_forward(r.x, {r.parameter(0), r.parameter(1), epsilon}, r.y, r.moments(),
                          r.threads);
     }},
    {"layer_norm/backward", 2, 1,
     [](Rows& r) {
       layer_norm_backward(r.x, r.parameter(0), r.moments(), r.y,
                           {r.z, r.parameter(2), r.parameter(3)}, r.threads);
     }},
    {"residual_layer_norm/forward", 2, 2,
     [](Rows& r) {
       residual_layer_norm_forward(r.x, r.y, dropout, {r.parameter(0), r.parameter(1), epsilon},
                                   r.z, r.w, r.moments(), r.threads);
     }},
    {"cross_entropy/forward", 1, 0,
     [](Rows& r) {
       cross_entropy(r.x, r.targets, 0.1f, 1.0f, Rows::all_of(r.losses), Into::nowhere(),
                     r.threads);
     }},
    {"cross_entropy/forward_and_backward", 1, 1,
     [](Rows& r) {
       cross_entropy(r.x, r.targets, 0.1f, 1.0f, Rows::all_of(r.losses), r.y, r.threads);
     }},
    {"dropout/forward", 1, 1, [](Rows& r) { dropout_forward(r.x, dropout, r.y, r.threads); }},
    {"dropout/backward", 1, 1, [](Rows& r) { dropout_forward(r.y, dropout, r.z, r.threads); }},
    {"adam/update", 4, 3, [](Rows& r) {
       adam_update(Rows::all_of(r.x), Rows::all_of(r.y), Rows::all_of(r.z), Rows::all_of(r.w),
                   {1e-6f}, r.threads);
     }}};

void measure(benchmark::State& state, const RowCase& one, Index n_rows, Index n_columns,
             int n_threads) {
  Rows rows(n_rows, n_columns, n_threads);
  one.run(rows);
  for (auto _ : state) {
    one.run(rows);
    benchmark::ClobberMemory();
  }
  const double n_bytes = 4.0 * static_cast<double>(n_rows * n_columns);
  count_bytes(state, one.n_read * n_bytes, one.n_written * n_bytes);
}

}  // namespace
}  // namespace transformer::bench

int main(int argc, char** argv) {
  using namespace transformer::bench;
  constexpr transformer::Index n_rows = 2048;
  for (const int n_threads : thread_counts) {
    for (const transformer::Index n_columns : {512, 8000}) {
      for (const RowCase& one : cases) {
        const std::string name = fmt::format("{}/{}x{}", one.name, n_rows, n_columns);
        benchmark::RegisterBenchmark(
            with_threads(name, n_threads).c_str(),
            [=](benchmark::State& state) { measure(state, one, n_rows, n_columns, n_threads); })
            ->UseRealTime()
            ->Unit(benchmark::kMillisecond);
      }
    }
  }
  return run_registered(argc, argv);
}
