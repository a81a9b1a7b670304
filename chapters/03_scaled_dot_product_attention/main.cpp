// Shows attention on one sentence, number by number: scores, weights, vectors; the mask, the
// softmax's Jacobian, and why the scores are divided by sqrt(d_k).
#include <fmt/format.h>

#include <cmath>

#include "chapters/03_scaled_dot_product_attention/attention.hpp"
#include "chapters/03_scaled_dot_product_attention/demonstrations.hpp"
#include "src/book/examples.hpp"
#include "src/book/figures.hpp"
#include "src/book/program.hpp"
#include "src/book/reference.hpp"
#include "src/book/sections.hpp"

namespace transformer {
namespace {

const std::string chapter = "03_scaled_dot_product_attention";
const std::vector<std::string> words = {"the", "dog", "ate", "the", "cat"};

// ---- The example ------------------------------------------------------------------------------

//! [example]
/// Made by hand, so that they can be read: in a model all three are learned (chapter 04).
struct Example {
  // What each word looks for: an article, a noun, a verb, a place further right.
  Matrix q = {{0, 3, 0, -1},  // the: a noun, not far to the right
              {2, 0, 2, -1},  // dog: its article, and what it does
              {0, 4, 0, -1},  // ate: the nouns, the first one rather
              {0, 3, 0, 1},   // the
              {2, 0, 2, 1}};  // cat
  // What each word is: article, noun, verb, and its place from -1 to 1.
  Matrix k = {{1, 0, 0, -1}, {0, 1, 0, -0.5}, {0, 0, 1, 0}, {1, 0, 0, 0.5}, {0, 1, 0, 1}};
  // What each word has to say: definite, animal that barks, animal that purrs.
  Matrix v = {{1, 0, 0}, {0, 1, 0}, {0, 0, 0}, {1, 0, 0}, {0, 0, 1}};
  Matrix scores = zeros(5, 5);   // (n_queries, n_keys)
  Matrix weights = zeros(5, 5);  // (n_queries, n_keys)
  Matrix vectors = zeros(5, 3);  // (n_queries, d_v)
};
//! [example]

//! [three_arrays]
void work_out(Example& e) {
  matmul(view_of(e.q), transposed(view_of(e.k)), view_of(e.scores));
  e.scores /= std::sqrt(static_cast<float>(e.q.shape(1)));
  softmax_forward(view_of(e.scores), 1, Mask::none, view_of(e.weights));
  matmul(view_of(e.weights), view_of(e.v), view_of(e.vectors));
}
//! [three_arrays]

void show_arrays(const Example& e, const std::filesystem::path& figures) {
  section("queries_keys_values");
  print_matrix("q", view_of(e.q), {.row_labels = words, .digits = 1});
  print_matrix("k", view_of(e.k), {.row_labels = words, .digits = 1});
  print_matrix("v", view_of(e.v), {.row_labels = words, .digits = 1});
  const MatrixStyle square{.row_labels = words, .column_labels = words};
  section("scores");
  print_matrix("scores = q k^T / sqrt(4)", view_of(e.scores), square);
  section("weights");
  print_matrix("weights = softmax(scores), each row sums to 1", view_of(e.weights), square);
  section("vectors");
  print_matrix("vectors = weights v", view_of(e.vectors), {.row_labels = words});
  write_figure(figures / "weights.svg", heat_map(view_of(e.weights), {.title = "Attention weights",
                                                                      .x_label = "key",
                                                                      .y_label = "query",
                                                                      .row_labels = words,
                                                                      .column_labels = words,
                                                                      .low = 0.0,
                                                                      .high = 1.0,
                                                                      .numbers = true}));
}

/// Everything that the query of word i goes through.
void show_one_query(const Example& e, Index i) {
  section("one_query");
  const ConstMatrixView query = view_of(e.q).rows(i, i + 1);
  double sum = 0;
  for (Index j = 0; j < 5; ++j) sum += std::exp(static_cast<double>(e.scores(i, j)));
  std::vector<TableRow> table;
  for (Index j = 0; j < 5; ++j) {
    const double product = inner_product(query, view_of(e.k).rows(j, j + 1));
    const double score = product / std::sqrt(4.0), weight = std::exp(score) / sum;
    table.push_back({words[static_cast<size_t>(j)], number_text(product, 1), number_text(score, 2),
                     number_text(std::exp(score), 4), number_text(weight, 4)});
    for (Index c = 0; c < 3; ++c) table.back().push_back(number_text(weight * e.v(j, c), 4));
  }
  table.push_back({"sum", "", "", number_text(sum, 4), number_text(1, 4)});
  for (Index c = 0; c < 3; ++c) table.back().push_back(number_text(e.vectors(i, c), 4));
  fmt::print("the query of '{}'\n", words[static_cast<size_t>(i)]);
  print_table({"key", "q.k", "score", "exp", "weight", "weight * v_0", "* v_1", "* v_2"}, table);
}

// ---- The mask ---------------------------------------------------------------------------------

void show_mask(const Example& e, const std::filesystem::path& figures) {
  section("mask");
  Matrix weights = zeros(5, 5), visible = zeros(5, 5);
  attention_weights(view_of(e.q), view_of(e.k), Mask::causal, view_of(weights));
  print_matrix("causal weights: no word sees a later one", view_of(weights),
               {.row_labels = words, .column_labels = words});
  for (Index i = 0; i < 5; ++i) {
    for (Index j = 0; j <= i; ++j) visible(i, j) = 1;
  }
  const HeatMapStyle style{.title = "The causal mask",
                           .x_label = "key",
                           .y_label = "query",
                           .row_labels = words,
                           .column_labels = words};
  write_figure(figures / "mask.svg", mask_map(view_of(visible), style));
}

// ---- The reference ----------------------------------------------------------------------------

void check_example(ReferenceCheck& check) {
  Example e;
  e.q = check.input("example/q");
  e.k = check.input("example/k");
  e.v = check.input("example/v");
  e.vectors = zeros(5, 4);
  work_out(e);
  check.compare("example/outputs/scores", view_of(e.scores));
  check.compare("example/outputs/weights", view_of(e.weights));
  check.compare("example/outputs/vectors", view_of(e.vectors));
}

/// A packed batch with several heads: `name` is self, causal or cross.
void check_batch(ReferenceCheck& check, const std::string& name, Mask mask) {
  const auto at = [&](const std::string& array) { return name + "/" + array; };
  const Matrix q_value = check.input(at("q")), k_value = check.input(at("k")),
               v_value = check.input(at("v")), dy = check.input(at("dy"));
  const std::vector<Index> queries = check.offsets(at("query_offsets")),
                           keys = check.offsets(at("key_offsets"));
  const Index n_heads = check.count("n_heads");

  Tape tape(Threads::serial());
  tape.begin(Mode::training);
  const Variable q = tape.input(view_of(q_value), true), k = tape.input(view_of(k_value), true),
                 v = tape.input(view_of(v_value), true);
  const AttentionPattern pattern{{queries}, {keys}, mask};
  const Variable y = scaled_dot_product_attention(q, k, v, pattern, n_heads);
  tape.backward(y, view_of(dy));
  check.compare(at("outputs/y"), y.value());
  check.compare(at("gradients/q"), q.gradient());
  check.compare(at("gradients/k"), k.gradient());
  check.compare(at("gradients/v"), v.gradient());

  // The first head of the first sentence, in the open.
  const Index d_k = q.n_columns() / n_heads;
  const ConstMatrixView q_0 = q.value().rows(0, queries[1]).columns(0, d_k),
                        k_0 = k.value().rows(0, keys[1]).columns(0, d_k);
  Matrix weights = zeros(q_0.n_rows, k_0.n_rows);
  matmul(q_0, transposed(k_0), view_of(weights));
  weights /= std::sqrt(static_cast<float>(d_k));
  check.compare(at("outputs/scores"), view_of(weights));
  attention_weights(q_0, k_0, mask, view_of(weights));
  check.compare(at("outputs/weights"), view_of(weights));
}

int check_reference() {
  section("reference");
  ReferenceCheck check(reference_file(chapter));
  check_example(check);
  check_batch(check, "self", Mask::none);
  check_batch(check, "causal", Mask::causal);
  check_batch(check, "cross", Mask::none);
  return check.finish();
}

int program(const ChapterOptions& options) {
  Example example;
  work_out(example);
  constexpr Index ate = 2;
  show_arrays(example, options.figures);
  show_one_query(example, ate);
  show_mask(example, options.figures);
  show_jacobian(view_of(example.scores).rows(ate, ate + 1));
  show_scaling(options.figures);
  show_packed();
  return check_reference();
}

}  // namespace
}  // namespace transformer

int main(int argc, char** argv) {
  return transformer::run_chapter(argc, argv, transformer::chapter, "Scaled dot-product attention.",
                                  transformer::program);
}
