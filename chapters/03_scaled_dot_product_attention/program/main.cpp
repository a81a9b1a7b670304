// Shows attention on one sentence, number by number: scores, weights, vectors; the mask, the
// softmax's Jacobian, and why the scores are divided by sqrt(d_k).
#include <fmt/format.h>

#include <cmath>

#include "chapters/03_scaled_dot_product_attention/attention.hpp"
#include "chapters/03_scaled_dot_product_attention/program/demonstrations.hpp"
#include "chapters/03_scaled_dot_product_attention/program/example.hpp"
#include "src/book/examples.hpp"
#include "src/book/model_formulas.hpp"
#include "src/book/numeric_gradient.hpp"
#include "src/book/receipts.hpp"
#include "src/book/reference.hpp"
#include "src/book/scenes.hpp"
#include "src/book/sections.hpp"
#include "src/draw/figures.hpp"

namespace transformer {
namespace {

// ---- The mask ---------------------------------------------------------------------------------

void show_mask(const SceneRequest& request) {
  const Example e;
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
  request.draw("mask", mask_map(view_of(visible), style));
}

// ---- The reference ----------------------------------------------------------------------------

//! [receipts]
/// The causal case of the reference: its gradients by the tape, by numeric differences of the
/// formula, and by PyTorch.
void show_receipts(const SceneRequest&) {
  ReferenceCheck file(reference_file("03_scaled_dot_product_attention"));
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

  MatrixOf<double> q_2 = q_value, k_2 = k_value, v_2 = v_value;
  const auto loss = [&] {
    return xt::sum(
        formula::packed_attention(q_2, k_2, v_2, sentences, sentences, Mask::causal, n_heads) *
        dy)();
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

void check_reference(ReferenceCheck& check) {
  check_example(check);
  check_batch(check, "self", Mask::none);
  check_batch(check, "causal", Mask::causal);
  check_batch(check, "cross", Mask::none);
}

const Chapter chapter = {
    "03_scaled_dot_product_attention",
    "Scaled dot-product attention.",
    {{"queries_keys_values", "what the words look for, are, and say", show_queries_keys_values},
     {"scores", "how well each query fits each key", show_scores},
     {"weights", "the scores as shares", show_weights},
     {"vectors", "the values, weighted", show_vectors},
     {"one_query",
      "one query from its products to its vector",
      show_one_query,
      {{"word", "2", "The word, from 0 to 4"},
       {"trace", "", "A page (HTML) to step through, to be written"}}},
     {"beliefs",
      "two beliefs beside the numbers",
      show_beliefs,
      {{"word", "2", "The word, from 0 to 4"}}},
     {"mask", "no word sees a later one", show_mask},
     {"leak", "masks in the wrong place let the future through", show_leak},
     {"large_scores", "why the largest score is subtracted", show_large_scores},
     {"jacobian",
      "the gradient of softmax",
      show_jacobian,
      {{"word", "2", "The word, from 0 to 4"}}},
     {"scaling", "why the scores are divided by sqrt(d_k)", show_scaling},
     {"one_gradient",
      "one gradient on its way back",
      show_one_gradient,
      {{"word", "2", "The word, from 0 to 4"}}},
     {"receipts", "all gradients, found in three ways", show_receipts},
     {"memory", "what kept weights would take", show_memory},
     {"packed", "packed sentences beside padded ones", show_packed}},
    check_reference};

}  // namespace
}  // namespace transformer

int main(int argc, char** argv) {
  return transformer::run_chapter(argc, argv, transformer::chapter);
}
