

#include "src/book/receipts.hpp"
#include "chapters/03_scaled_dot_product_attention/attention.hpp"
#include "chapters/03_scaled_dot_product_attention/program/demonstrations.hpp"
#include "chapters/03_scaled_dot_product_attention/program/example.hpp"
#include "src/book/examples.hpp"
#include "src/book/model_formulas.hpp"
#include "src/book/numeric_gradient.hpp"
#include "src/book/reference.hpp"
#include "src/book/scenes.hpp"

namespace transformer {

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

}  // namespace transformer
