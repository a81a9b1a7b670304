// Shows attention on one sentence, number by number: scores, weights, vectors; the mask, the
// softmax's Jacobian, and why the scores are divided by sqrt(d_k).
#include <fmt/format.h>

#include <array>
#include <cmath>

#include "chapters/03_scaled_dot_product_attention/attention.hpp"
#include "chapters/03_scaled_dot_product_attention/demonstrations.hpp"
#include "chapters/03_scaled_dot_product_attention/example.hpp"
#include "chapters/03_scaled_dot_product_attention/formula.hpp"
#include "src/book/examples.hpp"
#include "src/book/figures.hpp"
#include "src/book/program.hpp"
#include "src/book/reference.hpp"
#include "src/book/sections.hpp"
#include "src/book/trace.hpp"

namespace transformer {
namespace {

const std::string chapter = "03_scaled_dot_product_attention";

// ---- The mask ---------------------------------------------------------------------------------

void show_mask(const Example& e, const std::filesystem::path& figures) {
  section("mask");
  Matrix weights = zeros(5, 5), visible = zeros(5, 5);
  attention_weights(view_of(e.q), view_of(e.k), Mask::causal, view_of(weights));
  print_matrix("causal weights: no word sees a later one", view_of(weights),
               {.row_labels = example_words, .column_labels = example_words});
  for (Index i = 0; i < 5; ++i) {
    for (Index j = 0; j <= i; ++j) visible(i, j) = 1;
  }
  const HeatMapStyle style{.title = "The causal mask",
                           .x_label = "key",
                           .y_label = "query",
                           .row_labels = example_words,
                           .column_labels = example_words};
  write_figure(figures / "mask.svg", mask_map(view_of(visible), style));
}

// ---- The reference ----------------------------------------------------------------------------

//! [receipts]
/// The causal case of the reference: its gradients by the tape, by numeric differences of the
/// formula, and by PyTorch.
void show_receipts() {
  section("receipts");
  ReferenceCheck file(reference_file(chapter));
  const Matrix q_value = file.input("causal/q"), k_value = file.input("causal/k"),
               v_value = file.input("causal/v"), dy = file.input("causal/dy");
  const std::vector<Index> offsets = file.offsets("causal/query_offsets");
  const Segments sentences{offsets};
  const Index n_heads = file.count("n_heads");

  Tape tape(Threads::serial());
  tape.begin(Mode::training);
  const Variable q = tape.input(view_of(q_value), true), k = tape.input(view_of(k_value), true),
                 v = tape.input(view_of(v_value), true);
  const AttentionPattern pattern{sentences, sentences, Mask::causal};
  tape.backward(scaled_dot_product_attention(q, k, v, pattern, n_heads), view_of(dy));

  DoubleMatrix q_2 = q_value, k_2 = k_value, v_2 = v_value;
  const auto loss = [&] {
    return xt::sum(attention_formula(q_2, k_2, v_2, sentences, Mask::causal, n_heads) * dy)();
  };
  const std::vector<Receipt> receipts = {
      {"dq", q.gradient(), numeric_gradient(q_2, loss), file.input("causal/gradients/q")},
      {"dk", k.gradient(), numeric_gradient(k_2, loss), file.input("causal/gradients/k")},
      {"dv", v.gradient(), numeric_gradient(v_2, loss), file.input("causal/gradients/v")}};
  print_receipts(receipts, 1);
}
//! [receipts]

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

/// The example to step through, without and with the causal mask.
void write_example(const Example& e, const std::filesystem::path& path) {
  TracedAttention seen{
      "every word sees every word", 1, false, example_words, example_words, e.q, e.k, e.v};
  TracedAttention causal = seen;
  causal.title = "no word sees a later one";
  causal.causal = true;
  write_trace(path, "the dog ate the cat", std::array{seen, causal});
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
  show_one_query(example, ate, options.figures);
  show_beliefs(example, ate);
  show_mask(example, options.figures);
  show_leak(example);
  show_large_scores();
  show_jacobian(view_of(example.scores).rows(ate, ate + 1));
  show_scaling(options.figures);
  show_one_gradient(example, ate);
  show_receipts();
  show_memory();
  show_packed();
  if (!options.trace.empty()) write_example(example, options.trace);
  return check_reference();
}

}  // namespace
}  // namespace transformer

int main(int argc, char** argv) {
  return transformer::run_chapter(argc, argv, transformer::chapter, "Scaled dot-product attention.",
                                  transformer::program);
}
