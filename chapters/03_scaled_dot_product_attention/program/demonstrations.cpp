#include "chapters/03_scaled_dot_product_attention/program/demonstrations.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "chapters/03_scaled_dot_product_attention/attention.hpp"
#include "src/book/examples.hpp"
#include "src/book/sections.hpp"
#include "src/draw/figures.hpp"

namespace transformer {

// ---- Masks ------------------------------------------------------------------------------------

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

// ---- The Jacobian of softmax ------------------------------------------------------------------

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

// ---- Memory -----------------------------------------------------------------------------------

void show_memory(const SceneRequest&) {
  // The base model of the paper: 6 layers of encoder and decoder, 18 attentions of 8 heads.
  constexpr Index n_attentions = 18, n_heads = 8, n_tokens = 2048, n_matrices = 2;
  std::vector<TableRow> table;
  for (const Index n : {32, 128, 512}) {
    const auto weights = static_cast<double>(n * n * static_cast<Index>(sizeof(float)));
    const auto n_sentences = static_cast<double>(n_tokens / n);
    table.push_back({std::to_string(n), number_text(n_sentences, 0),
                     number_text(n_sentences * n_attentions * n_heads * weights / 1e6, 1),
                     number_text(n_matrices * weights / 1e6, 3)});
  }
  print_table({"tokens in a sentence", "sentences", "weights kept, MB", "scratch per thread, MB"},
              table);
}

// ---- Packed and padded ------------------------------------------------------------------------

namespace {

/// Rows of one sentence, with rows of zeros below it up to `n_rows`.
Matrix pad(ConstMatrixView sentence, Index n_rows) {
  Matrix padded = zeros(n_rows, sentence.n_columns);
  copy_to(sentence, view_of(padded).rows(0, sentence.n_rows));
  return padded;
}

//! [padded]
/// Attention of one padded sentence, as other frameworks do it: a mask takes the keys that are
/// padding out of every softmax. `weights` (n_max, n_max), the result (n_max, d_v).
Matrix padded_attention(const Matrix& q, const Matrix& k, const Matrix& v, Index length,
                        Matrix& weights) {
  constexpr float hidden = -1e9f;
  matmul(view_of(q), transposed(view_of(k)), view_of(weights));
  weights /= std::sqrt(static_cast<float>(q.shape(1)));
  xt::view(weights, xt::all(), xt::range(length, xt::placeholders::_)) = hidden;
  softmax_forward(view_of(weights), 1, Mask::none, view_of(weights));
  Matrix out = zeros(static_cast<Index>(q.shape(0)), static_cast<Index>(v.shape(1)));
  matmul(view_of(weights), view_of(v), view_of(out));
  return out;
}
//! [padded]

/// Attention over packed sentences, by a team of so many threads.
Matrix attend_packed(const Matrix& q, const Matrix& k, const Matrix& v, const Segments& sentences,
                     int n_threads) {
  Threads threads(n_threads);
  Tape tape(threads);
  const auto input = [&](const Matrix& m) { return tape.input(view_of(m)); };
  return matrix_of<float>(
      scaled_dot_product_attention(input(q), input(k), input(v), {sentences, sentences}).value());
}

}  // namespace

void show_packed(const SceneRequest&) {
  constexpr Index d_k = 4;
  const std::vector<Index> offsets = {0, 5, 8};
  const Segments sentences{offsets};
  const Index n_max = 5, n_tokens = sentences.n_rows();
  const Matrix q = normal_matrix(n_tokens, d_k, 3), k = normal_matrix(n_tokens, d_k, 4),
               v = normal_matrix(n_tokens, d_k, 5);
  const Matrix packed = attend_packed(q, k, v, sentences, 1);
  print_matrix("packed: sentences of 5 and 3 tokens", view_of(packed),
               {.row_labels = {"sentence 0", "", "", "", "", "sentence 1", "", ""}});

  Index n_packed = 0, n_padded = 0;
  double difference = 0;
  for (Index s = 0; s < sentences.count(); ++s) {
    const auto padded = [&](const Matrix& m) {
      return pad(view_of(m).rows(sentences.begin(s), sentences.end(s)), n_max);
    };
    const Index length = sentences.length(s);
    Matrix weights = zeros(n_max, n_max);
    const Matrix out = padded_attention(padded(q), padded(k), padded(v), length, weights);
    if (s == 1) {
      print_matrix("weights of sentence 1, padded to 5 and masked", view_of(weights));
      print_matrix("its vectors, of which the last two mean nothing", view_of(out));
    }
    difference = std::max(
        difference, largest_difference(view_of(out).rows(0, length),
                                       view_of(packed).rows(sentences.begin(s), sentences.end(s))));
    n_packed += length * length;
    n_padded += n_max * n_max;
  }
  value_line("largest difference of packed and padded", power_text(difference));
  const Matrix by_three = attend_packed(q, k, v, sentences, 3);
  value_line("largest difference of one thread and three",
             power_text(largest_difference(view_of(packed), view_of(by_three))));
  value("scores worked out, packed", n_packed);
  value("scores worked out, padded", n_padded);
}

}  // namespace transformer
