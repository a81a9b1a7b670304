#include "chapters/03_scaled_dot_product_attention/program/demonstrations.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "src/book/examples.hpp"
#include "src/book/sections.hpp"
#include "src/draw/figures.hpp"
#include "src/kernels/kernels.hpp"

namespace transformer {

//! [jacobian]
Matrix softmax_jacobian(ConstMatrixView p) {
  Matrix jacobian = zeros(p.n_columns, p.n_columns);
  for (Index i = 0; i < p.n_columns; ++i) {
    for (Index j = 0; j < p.n_columns; ++j) {
      jacobian(i, j) = (i == j ? p(0, i) : 0.0f) - p(0, i) * p(0, j);
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
  Matrix p = zeros(1, scores.n_columns);
  softmax_forward(scores, 1, Mask::none, view_of(p));
  print_matrix(fmt::format("p = softmax(scores of '{}')", example_words[static_cast<size_t>(word)]),
               view_of(p), {.digits = 4});
  const Matrix formula = softmax_jacobian(view_of(p)), numeric = numeric_jacobian(scores);
  print_matrix("diag(p) - p p^T", view_of(formula), {.digits = 4});
  print_matrix("numeric differences", view_of(numeric), {.digits = 4});
  value_line("largest difference",
             power_text(largest_difference(view_of(formula), view_of(numeric))));
  value("sum of its first row", xt::sum(xt::row(formula, 0))(), 4);
}

// ---- Why 1 / sqrt(d_k) ------------------------------------------------------------------------

namespace {

/// Means over many queries.
struct Softness {
  double entropy = 0;           ///< - sum p log p: log n_keys for equal weights, 0 for one 1.
  double largest_jacobian = 0;  ///< max |d p_i / d s_j|, at most 1/4.
};

Softness softness_of(ConstMatrixView scores, float scale) {
  Matrix weights = zeros(scores.n_rows, scores.n_columns);
  softmax_forward(scores, scale, Mask::none, view_of(weights));
  Softness total;
  for (Index i = 0; i < scores.n_rows; ++i) {
    double entropy = 0, largest = 0;
    for (Index j = 0; j < scores.n_columns; ++j) {
      const double p = weights(i, j);
      if (p > 0) entropy -= p * std::log(p);
      // A row of diag(p) - p p^T sums to zero, so the largest entry is on the diagonal.
      largest = std::max(largest, p * (1 - p));
    }
    total.entropy += entropy;
    total.largest_jacobian += largest;
  }
  const auto n = static_cast<double>(scores.n_rows);
  return {total.entropy / n, total.largest_jacobian / n};
}

/// q.k of 1024 queries of width d_k, each with 32 keys: groups of 32 queries share their keys.
Matrix random_scores(Index d_k) {
  constexpr Index n_queries = 1024, n_keys = 32;
  const Matrix q = normal_matrix(n_queries, d_k, 1), k = normal_matrix(n_queries, d_k, 2);
  Matrix scores = zeros(n_queries, n_keys);
  for (Index begin = 0; begin < n_queries; begin += n_keys) {
    const Index end = begin + n_keys;
    matmul(view_of(q).rows(begin, end), transposed(view_of(k).rows(begin, end)),
           view_of(scores).rows(begin, end));
  }
  return scores;
}

double variance_of(const Matrix& x) { return xt::variance(xt::cast<double>(x))(); }

}  // namespace

void show_scaling(const SceneRequest& request) {
  std::vector<Series> entropies = {{"q.k / sqrt(d_k)", {}, {}}, {"q.k", {}, {}}};
  std::vector<Series> jacobians = entropies;
  std::vector<TableRow> table;
  for (Index d_k = 1; d_k <= 1024; d_k *= 2) {
    const Matrix scores = random_scores(d_k);
    const auto width = static_cast<double>(d_k);
    const std::vector<Softness> softness = {
        softness_of(view_of(scores), static_cast<float>(1 / std::sqrt(width))),
        softness_of(view_of(scores), 1)};
    TableRow& row =
        table.emplace_back(TableRow{std::to_string(d_k), number_text(variance_of(scores), 2)});
    for (size_t i = 0; i < softness.size(); ++i) {
      entropies[i].x.push_back(width);
      entropies[i].y.push_back(softness[i].entropy);
      jacobians[i].x.push_back(width);
      jacobians[i].y.push_back(softness[i].largest_jacobian);
      row.push_back(number_text(softness[i].entropy));
      row.push_back(number_text(softness[i].largest_jacobian, 4));
    }
  }
  print_table({"d_k", "variance of q.k", "entropy, scaled", "Jacobian, scaled", "entropy, unscaled",
               "Jacobian, unscaled"},
              table);
  value("entropy of 32 equal weights", std::log(32.0), 3);
  value_line("variance of q.k for d_k = 64", table[6][1]);
  value_line("Jacobian for d_k = 1024, scaled", table.back()[3]);
  value_line("Jacobian for d_k = 1024, unscaled", table.back()[5]);
  request.draw("entropy", line_chart(entropies, {.title = "What 32 keys share of one query",
                                                 .x_label = "d_k",
                                                 .y_label = "entropy of the weights",
                                                 .log_x = true,
                                                 .low_y = 0.0}));
  request.draw("jacobian", line_chart(jacobians, {.title = "How much gradient passes the softmax",
                                                  .x_label = "d_k",
                                                  .y_label = "largest entry of the Jacobian",
                                                  .log_x = true,
                                                  .low_y = 0.0}));
}

}  // namespace transformer
