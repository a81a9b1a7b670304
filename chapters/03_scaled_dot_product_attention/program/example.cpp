#include "chapters/03_scaled_dot_product_attention/program/example.hpp"

#include <fmt/format.h>

#include <array>
#include <cmath>

#include "chapters/03_scaled_dot_product_attention/attention.hpp"
#include "src/book/examples.hpp"
#include "src/book/sections.hpp"
#include "src/book/trace.hpp"
#include "src/draw/figures.hpp"

namespace transformer {

//! [three_arrays]
void work_out(Example& e) {
  matmul(view_of(e.q), transposed(view_of(e.k)), view_of(e.scores));
  e.scores /= std::sqrt(static_cast<float>(e.q.shape(1)));
  softmax_forward(view_of(e.scores), 1, Mask::none, view_of(e.weights));
  matmul(view_of(e.weights), view_of(e.v), view_of(e.vectors));
}
//! [three_arrays]

Example worked_example() {
  Example e;
  work_out(e);
  return e;
}

namespace {

const MatrixStyle by_words{.row_labels = example_words, .column_labels = example_words};

/// The word that a scene looks at.
Index word_of(const SceneRequest& request) { return request.integer("word", 0, 4); }

}  // namespace

void show_queries_keys_values(const SceneRequest&) {
  const Example e;
  print_matrix("q", view_of(e.q), {.row_labels = example_words, .digits = 1});
  print_matrix("k", view_of(e.k), {.row_labels = example_words, .digits = 1});
  print_matrix("v", view_of(e.v), {.row_labels = example_words, .digits = 1});
}

void show_scores(const SceneRequest&) {
  const Example e = worked_example();
  print_matrix("scores = q k^T / sqrt(4)", view_of(e.scores), by_words);
}

void show_weights(const SceneRequest& request) {
  const Example e = worked_example();
  print_matrix("weights = softmax(scores), each row sums to 1", view_of(e.weights), by_words);
  request.draw("weights", heat_map(view_of(e.weights), {.title = "Attention weights",
                                                        .x_label = "key",
                                                        .y_label = "query",
                                                        .row_labels = example_words,
                                                        .column_labels = example_words,
                                                        .low = 0.0,
                                                        .high = 1.0,
                                                        .numbers = true}));
}

void show_vectors(const SceneRequest&) {
  const Example e = worked_example();
  print_matrix("vectors = weights v", view_of(e.vectors), {.row_labels = example_words});
}

/// The example to step through, without and with the causal mask.
void write_example(const Example& e, const std::filesystem::path& path) {
  const TracedAttention seen{.title = "chapter 03: every word sees every word",
                             .queries = example_words,
                             .keys = example_words,
                             .q = e.q,
                             .k = e.k,
                             .v = e.v};
  TracedAttention causal = seen;
  causal.title = "chapter 03: no word sees a later one";
  causal.causal = true;
  write_trace(path, {.title = "the dog ate the cat", .attentions = {seen, causal}});
}

void show_one_query(const SceneRequest& request) {
  const Example e = worked_example();
  const Index i = word_of(request);
  const ConstMatrixView query = view_of(e.q).rows(i, i + 1);
  double sum = 0;
  for (Index j = 0; j < 5; ++j) sum += std::exp(static_cast<double>(e.scores(i, j)));
  std::vector<TableRow> table;
  for (Index j = 0; j < 5; ++j) {
    const double product = inner_product(query, view_of(e.k).rows(j, j + 1));
    const double score = product / std::sqrt(4.0), weight = std::exp(score) / sum;
    table.push_back({example_words[static_cast<size_t>(j)], number_text(product, 1),
                     number_text(score, 2), number_text(std::exp(score), 4),
                     number_text(weight, 4)});
    for (Index c = 0; c < 3; ++c) table.back().push_back(number_text(weight * e.v(j, c), 4));
  }
  table.push_back({"sum", "", "", number_text(sum, 4), number_text(1, 4)});
  for (Index c = 0; c < 3; ++c) table.back().push_back(number_text(e.vectors(i, c), 4));
  fmt::print("the query of '{}'\n", example_words[static_cast<size_t>(i)]);
  print_table({"key", "q.k", "score", "exp", "weight", "weight * v_0", "* v_1", "* v_2"}, table);
  request.draw("trace", trace_figure(e, i));
  if (!request.text("trace").empty()) write_example(e, request.text("trace"));
}

void show_one_gradient(const SceneRequest& request) {
  const Example e = worked_example();
  const Index i = word_of(request);
  // The loss would fall if the vector of word i held more of v_1 and less of v_2.
  const Matrix dvector = {{0, -1, 1}};
  Matrix dweights = zeros(1, 5), dscores = zeros(1, 5), dq = zeros(1, 4), dk = zeros(5, 4),
         dv = zeros(5, 3);
  const ConstMatrixView q = view_of(e.q).rows(i, i + 1),
                        weights = view_of(e.weights).rows(i, i + 1);
  matmul(view_of(dvector), transposed(view_of(e.v)), view_of(dweights));
  softmax_backward(weights, view_of(dweights), 1, view_of(dscores));
  Matrix weights_again = zeros(1, 5), scratch = zeros(1, 5);
  attention_backward(q, view_of(e.k), view_of(e.v), Mask::none, view_of(dvector),
                     view_of(weights_again), view_of(scratch), view_of(dq), view_of(dk),
                     view_of(dv));

  print_matrix("dvector, given", view_of(dvector), {.digits = 1});
  std::vector<TableRow> table;
  for (Index j = 0; j < 5; ++j) {
    table.push_back({example_words[static_cast<size_t>(j)], number_text(e.weights(i, j), 4),
                     number_text(dweights(0, j), 1),
                     number_text(e.weights(i, j) * dweights(0, j), 4),
                     number_text(dscores(0, j), 4)});
  }
  const double mean = inner_product(weights, view_of(dweights));
  table.push_back(
      {"sum", number_text(1, 4), "", number_text(mean, 4), number_text(xt::sum(dscores)(), 4)});
  print_table({"key", "weight", "dweight", "weight * dweight", "dscore"}, table);
  print_matrix("dq", view_of(dq), {.digits = 4});
  print_matrix("dk", view_of(dk), {.row_labels = example_words, .digits = 4});
  print_matrix("dv", view_of(dv), {.row_labels = example_words, .digits = 4});
}

void show_beliefs(const SceneRequest& request) {
  const Example e = worked_example();
  const Index i = word_of(request);
  const std::string& word = example_words[static_cast<size_t>(i)];
  value("weights of '" + word + "'", e.weights.shape(1));
  value("their sum", xt::sum(xt::row(e.weights, i))(), 4);
  value("numbers in the vector of '" + word + "'", e.vectors.shape(1));
  value("sum of that vector", xt::sum(xt::row(e.vectors, i))(), 4);
  Example doubled = e;
  doubled.v *= 2;
  work_out(doubled);
  value("change of the weights when all values double",
        largest_difference(view_of(e.weights), view_of(doubled.weights)), 4);
  value("change of the vectors", largest_difference(view_of(e.vectors), view_of(doubled.vectors)),
        4);
}

}  // namespace transformer
