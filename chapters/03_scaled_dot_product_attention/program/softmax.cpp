#include "chapters/03_scaled_dot_product_attention/program/demonstrations.hpp"

#include <fmt/format.h>

#include "src/book/examples.hpp"
#include "src/book/sections.hpp"
#include "src/kernels/kernels.hpp"

namespace transformer {

//! [jacobian]
Matrix softmax_jacobian(ConstMatrixView a) {
  Matrix jacobian = zeros(a.n_columns, a.n_columns);
  for (Index i = 0; i < a.n_columns; ++i) {
    for (Index j = 0; j < a.n_columns; ++j) {
      jacobian(i, j) = (i == j ? a(0, i) : 0.0f) - a(0, i) * a(0, j);
    }
  }
  return jacobian;
}
//! [jacobian]

namespace {

/// Column j: (softmax(s + h e_j) - softmax(s - h e_j)) / 2h.
Matrix numeric_jacobian(ConstMatrixView scores) {
  constexpr float h = 1.0f / 64;
  const Index n = scores.n_columns;
  Matrix jacobian = zeros(n, n), above = zeros(1, n), below = zeros(1, n);
  for (Index j = 0; j < n; ++j) {
    Matrix moved = matrix_of<float>(scores);
    moved(0, j) += h;
    softmax_forward(view_of(moved), 1, Mask::none, view_of(above));
    moved(0, j) -= 2 * h;
    softmax_forward(view_of(moved), 1, Mask::none, view_of(below));
    for (Index i = 0; i < n; ++i) jacobian(i, j) = (above(0, i) - below(0, i)) / (2 * h);
  }
  return jacobian;
}

}  // namespace

void show_jacobian(const SceneRequest& request) {
  const Example example = worked_example();
  const Index word = request.integer("word", 0, 4);
  const ConstMatrixView scores = view_of(example.scores).rows(word, word + 1);
  Matrix weights = zeros(1, scores.n_columns);
  softmax_forward(scores, 1, Mask::none, view_of(weights));
  print_matrix(fmt::format("a = softmax(scores of '{}')", example_words[static_cast<size_t>(word)]),
               view_of(weights), {.digits = 4});
  const Matrix formula = softmax_jacobian(view_of(weights)), numeric = numeric_jacobian(scores);
  print_matrix("diag(a) - a a^T", view_of(formula), {.digits = 4});
  print_matrix("numeric differences", view_of(numeric), {.digits = 4});
  value_line("largest difference",
             power_text(largest_difference(view_of(formula), view_of(numeric))));
  value("sum of its first row", xt::sum(xt::row(formula, 0))(), 4);
}

}  // namespace transformer
