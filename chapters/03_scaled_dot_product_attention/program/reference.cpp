// Compares the chapter's piece with what PyTorch computed.

#include <cmath>

#include "chapters/03_scaled_dot_product_attention/attention.hpp"
#include "chapters/03_scaled_dot_product_attention/program/example.hpp"
#include "src/book/examples.hpp"
#include "src/book/reference.hpp"
#include "src/book/scenes.hpp"
#include "src/book/sections.hpp"

namespace transformer {
namespace {

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

}  // namespace

void check_reference(ReferenceCheck& check) {
  check_example(check);
  check_batch(check, "self", Mask::none);
  check_batch(check, "causal", Mask::causal);
  check_batch(check, "cross", Mask::none);
}

}  // namespace transformer
