// Shows the core: a matrix and its views, the product of two matrices, the tape that finds
// gradients, and then the product again, from plain loops to SIMD, and how far rounding goes.
#include <fmt/format.h>

#include "chapters/00_tensors_and_matmul/program/measurements.hpp"
#include "chapters/00_tensors_and_matmul/program/receipts.hpp"
#include "chapters/00_tensors_and_matmul/program/tape.hpp"
#include "src/book/examples.hpp"
#include "src/book/scenes.hpp"
#include "src/book/sections.hpp"

namespace transformer {
namespace {

// ---- A matrix and its views -------------------------------------------------------------------

void show_views(const SceneRequest&) {
  Matrix m = {{11, 12, 13, 14}, {21, 22, 23, 24}, {31, 32, 33, 34}};
  const MatrixView whole = view_of(m);
  const MatrixView lower = whole.rows(1, 3), right = whole.columns(2, 4);
  print_matrix("m", whole, {.digits = 0});
  print_matrix("lower, rows 1 and 2", lower, {.digits = 0});
  print_matrix("right, columns 2 and 3", right, {.digits = 0});

  // Views copy nothing: they differ in where they start and in how far it is to the next row.
  std::vector<TableRow> table;
  const auto describe = [&](const std::string& name, MatrixView view) {
    table.push_back({name, std::to_string(view.data - whole.data), std::to_string(view.n_rows),
                     std::to_string(view.n_columns), std::to_string(view.stride)});
  };
  describe("m", whole);
  describe("lower", lower);
  describe("right", right);
  print_table({"view", "starts at", "n_rows", "n_columns", "stride"}, table);

  right(0, 1) = 99;
  value("after right(0, 1) = 99, m(0, 3) is", m(0, 3), 0);
}

// ---- The product ------------------------------------------------------------------------------

void show_product(const SceneRequest&) {
  const Matrix a = {{1, 2, 3}, {4, 5, 6}}, b = {{1, 0}, {0, 1}, {2, -1}};
  Matrix c = zeros(2, 2);
  naive_matmul(view_of(a), view_of(b), view_of(c));
  print_matrix("a", view_of(a), {.digits = 0});
  print_matrix("b", view_of(b), {.digits = 0});
  print_matrix("c = a b", view_of(c), {.digits = 0});
  fmt::print("c(1, 0) = 4 * 1 + 5 * 0 + 6 * 2 = {}\n", c(1, 0));
}

const Chapter chapter = {
    "00_tensors_and_matmul",
    "Tensors, matrix products and gradients: the core.",
    {{"views", "a matrix and views of parts of it", show_views},
     {"product", "a small product by hand", show_product},
     {"tape", "gradients by the tape, by hand and by numbers", show_tape},
     {"descent", "the same numbers learn", show_descent},
     {"receipts", "the gradients of a linear layer, found in three ways", show_receipts},
     {"ladder", "the same product in four ways; their speed on standard error", show_ladder},
     {"tiles", "how much work a tile makes of what it reads", show_tiles},
     {"rounding", "how far rounding goes in long sums", show_rounding}},
    check_reference};

}  // namespace
}  // namespace transformer

int main(int argc, char** argv) {
  return transformer::run_chapter(argc, argv, transformer::chapter);
}
