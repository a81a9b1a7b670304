#include "chapters/03_scaled_dot_product_attention/program/demonstrations.hpp"

#include <cmath>
#include <limits>

#include "chapters/03_scaled_dot_product_attention/attention.hpp"
#include "src/book/examples.hpp"
#include "src/book/sections.hpp"

namespace transformer {

namespace {

//! [late_mask]
/// Not what the paper says: the weights of later words are set to zero when the softmax is done.
void late_causal_weights(ConstMatrixView q, ConstMatrixView k, Mask, MatrixView weights) {
  attention_weights(q, k, Mask::none, weights);
  for (Index i = 0; i < weights.n_rows; ++i) {
    for (Index j = i + 1; j < weights.n_columns; ++j) weights(i, j) = 0;
  }
}
//! [late_mask]

}  // namespace

void show_leak(const SceneRequest&) {
  const Example example = worked_example();
  Example other = example;
  xt::row(other.k, 4) *= 2.0f;  // another last word: another key, another value
  xt::row(other.v, 4) += 1.0f;
  const auto vectors = [](const Example& e, auto weigh, Mask mask) {
    Matrix weights = zeros(5, 5), out = zeros(5, 3);
    weigh(view_of(e.q), view_of(e.k), mask, view_of(weights));
    matmul(view_of(weights), view_of(e.v), view_of(out));
    return out;
  };
  const auto row = [&](const std::string& name, auto weigh, Mask mask) {
    const Matrix before = vectors(example, weigh, mask), after = vectors(other, weigh, mask);
    Matrix weights = zeros(5, 5);
    weigh(view_of(example.q), view_of(example.k), mask, view_of(weights));
    const double change = largest_difference(view_of(before).rows(0, 4), view_of(after).rows(0, 4));
    return TableRow{name, number_text(xt::sum(xt::row(weights, 0))(), 3), number_text(change, 3)};
  };
  print_table({"mask", "sum of the first row", "change of the first four vectors"},
              std::vector<TableRow>{row("none", attention_weights, Mask::none),
                                    row("after the softmax", late_causal_weights, Mask::none),
                                    row("before the softmax", attention_weights, Mask::causal)});
}

void show_large_scores(const SceneRequest&) {
  value("ln of the largest float", std::log(std::numeric_limits<float>::max()), 2);
  const Matrix scores = {{1000, 1001, 1002}};
  Matrix p = zeros(1, 3);
  softmax_forward(view_of(scores), 1, Mask::none, view_of(p));
  print_matrix("softmax of 1000, 1001, 1002", view_of(p));
}

}  // namespace transformer
