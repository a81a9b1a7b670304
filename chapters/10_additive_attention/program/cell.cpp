#include "chapters/10_additive_attention/program/demonstrations.hpp"
#include "src/book/additive_formulas.hpp"
#include "src/book/examples.hpp"
#include "src/book/reference.hpp"
#include "src/book/sections.hpp"

namespace transformer {
namespace {

/// How far the two cells' new states are apart.
double apart(const formula::Gru<double>& cell, const MatrixOf<double>& x,
             const MatrixOf<double>& h) {
  const MatrixOf<double> distance = xt::abs(cell.step(x, h) - cell.step_of_pytorch(x, h));
  return xt::amax(distance)();
}

}  // namespace

void show_gru(const SceneRequest&) {
  ReferenceCheck check(reference_file("10_additive_attention"));
  const auto of = [&](const std::string& name) {
    return MatrixOf<double>(check.input("gru/" + name));
  };
  formula::Gru<double> cell{of("parameters/cell.w_x"), of("parameters/cell.w_h"),
                            of("parameters/cell.w_c"), of("parameters/cell.b")};
  const MatrixOf<double> x = of("x"), h = of("h");
  const auto print = [](const std::string& title, const MatrixOf<double>& states) {
    const Matrix first = formula::rows(states, 0, 1);
    print_matrix(title, view_of(first), {.digits = 4});
  };
  print("h before", h);
  print("Bahdanau's cell", cell.step(x, h));
  print("PyTorch's formula, the same weights", cell.step_of_pytorch(x, h));
  print("nn.GRU itself", of("outputs/of_nn_gru"));
  value("largest difference of the two cells", apart(cell, x, h), 3);
  for (size_t i = 0; i < cell.w_c.shape(0); ++i) {
    for (size_t j = 0; j < cell.w_c.shape(1); ++j) {
      if (i != j) cell.w_c(i, j) = 0;
    }
  }
  value("the same with a diagonal matrix W", apart(cell, x, h), 3);
}

}  // namespace transformer
