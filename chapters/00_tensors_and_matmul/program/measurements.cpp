#include "chapters/00_tensors_and_matmul/program/measurements.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "src/book/examples.hpp"
#include "src/book/sections.hpp"
#include "src/draw/figures.hpp"
#include "src/kernels/instruction_set.hpp"
#include "src/kernels/table.hpp"
#include "src/system/machine.hpp"

namespace transformer {

const std::vector<Product>& ladder() {
  static const std::vector<Product> steps = {{"naive", naive_matmul},
                                             {"reordered", reordered_matmul},
                                             {"blocked", blocked_matmul},
                                             {"core", core_matmul}};
  return steps;
}

namespace {

/// The shortest of three runs, in seconds.
double seconds(ProductFunction product, ConstMatrixView a, ConstMatrixView b, MatrixView c) {
  double shortest = 1e9;
  for (int run = 0; run < 3; ++run) {
    const double begin = machine::seconds();
    product(a, b, c);
    shortest = std::min(shortest, machine::seconds() - begin);
  }
  return shortest;
}

/// One thread for each processor.
Threads& all_threads() {
  static Threads threads(0);
  return threads;
}

void core_matmul_on_all_threads(ConstMatrixView a, ConstMatrixView b, MatrixView c) {
  matmul(a, b, c, {}, all_threads());
}

}  // namespace

void show_ladder(const SceneRequest&) {
  constexpr Index n = 384;
  const Matrix a = normal_matrix(n, n, 1), b = normal_matrix(n, n, 2);
  Matrix expected = zeros(n, n), c = zeros(n, n);
  naive_matmul(view_of(a), view_of(b), view_of(expected));

  // The numbers agree, and go to the page. The times go to standard error.
  std::vector<TableRow> agreement, times;
  double naive_time = 0;
  const auto climb = [&](const std::string& name, ProductFunction product) {
    const double time = seconds(product, view_of(a), view_of(b), view_of(c));
    if (times.empty()) naive_time = time;
    times.push_back({name, fmt::format("{:.1f}", 2.0 * n * n * n / time * 1e-9),
                     fmt::format("{:.1f}", naive_time / time)});
  };
  for (const Product& step : ladder()) {
    step.matmul(view_of(a), view_of(b), view_of(c));
    agreement.push_back({step.name, power_text(largest_difference(view_of(c), view_of(expected)))});
    if (step.matmul != core_matmul) climb(step.name, step.matmul);
  }
  const InstructionSet chosen = instruction_set();
  for (const InstructionSet set : available_instruction_sets()) {
    if (set > chosen) break;
    use_instruction_set(set);
    climb(fmt::format("core, {}", name_of(set)), core_matmul);
  }
  climb(fmt::format("core, {}, {} threads", name_of(chosen), all_threads().count()),
        core_matmul_on_all_threads);
  print_table({fmt::format("{0} x {0} x {0}", n), "largest difference to naive"}, agreement);
  value("additions and multiplications, in millions", 2e-6 * n * n * n, 1);
  fmt::print(stderr, "one thread, but for the last line\n{}",
             table_text({fmt::format("{0} x {0} x {0}", n), "GFLOP/s", "times naive"}, times));
}

// ---- Tiles ------------------------------------------------------------------------------------

void show_tiles(const SceneRequest&) {
  struct NamedShape {
    std::string name;
    Index n_rows, n_columns;
  };
  const InstructionSet chosen = instruction_set();
  use_instruction_set(InstructionSet::baseline);
  const kernel::MatmulKernels& core = kernel::active_kernels().matmul;
  const std::vector<NamedShape> shapes = {
      {"naive", 1, 1}, {"blocked", 4, 16}, {"core, baseline", core.tile_rows, core.tile_columns}};
  use_instruction_set(chosen);

  // A step adds column l of a times row l of b to the tile.
  std::vector<TableRow> table;
  for (const auto& [name, n_rows, n_columns] : shapes) {
    const Index products = n_rows * n_columns, reads = n_rows + n_columns;
    table.push_back({name, fmt::format("{} x {}", n_rows, n_columns), std::to_string(products),
                     std::to_string(reads),
                     number_text(static_cast<double>(products) / static_cast<double>(reads), 2)});
  }
  print_table({"", "tile", "products a step", "numbers read", "products per number"}, table);
}

// ---- Rounding ---------------------------------------------------------------------------------

namespace {

/// The largest relative error in the product of positive random matrices (16, n) and (n, 16).
double relative_error(ProductFunction product, Index n) {
  const Matrix a = xt::abs(normal_matrix(16, n, 3)), b = xt::abs(normal_matrix(n, 16, 4));
  Matrix c = zeros(16, 16);
  product(view_of(a), view_of(b), view_of(c));
  double largest = 0;
  for (Index i = 0; i < 16; ++i) {
    for (Index j = 0; j < 16; ++j) {
      double exact = 0;
      for (Index l = 0; l < n; ++l) exact += static_cast<double>(a(i, l)) * b(l, j);
      largest = std::max(largest, std::abs(c(i, j) - exact) / exact);
    }
  }
  return largest;
}

}  // namespace

void show_rounding(const SceneRequest& request) {
  const double unit = 0x1p-24;  // half the distance from 1 to the next float
  value_line("one rounding is off by at most", power_text(unit));

  // Each instruction set sums in an order of its own; these numbers shall be the same everywhere.
  const InstructionSet chosen = instruction_set();
  use_instruction_set(InstructionSet::baseline);
  std::vector<Series> lines = {
      {"bound: n times one rounding", {}, {}}, {"naive", {}, {}}, {"core", {}, {}}};
  std::vector<TableRow> table;
  for (Index n = 4; n <= 16384; n *= 4) {
    const double bound = static_cast<double>(n) * unit;
    const std::vector<double> y = {bound, relative_error(naive_matmul, n),
                                   relative_error(core_matmul, n)};
    for (size_t i = 0; i < lines.size(); ++i) {
      lines[i].x.push_back(static_cast<double>(n));
      lines[i].y.push_back(y[i]);
    }
    table.push_back({std::to_string(n), power_text(y[0]), power_text(y[1]), power_text(y[2])});
  }
  use_instruction_set(chosen);
  print_table({"n", "bound", "naive", "core"}, table);
  value_line("16384 products one after the other", table.back()[2]);
  value_line("16384 products in pieces", table.back()[3]);
  request.draw("rounding", line_chart(lines, {.title = "Rounding in a sum of n products",
                                              .x_label = "n",
                                              .y_label = "largest relative error",
                                              .log_x = true,
                                              .log_y = true}));
}

}  // namespace transformer
