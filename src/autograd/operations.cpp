#include "src/autograd/operations.hpp"

namespace transformer {

//! [linear]
Variable linear(Variable x, Variable w) {
  require_shapes(x.n_columns() == w.n_rows(), "linear", "x", x.shape(), "w", w.shape());
  return operation(
      "linear", {x, w}, {x.n_rows(), w.n_columns()},
      [=](const ForwardPass& pass) { pass.tape.multiply_by_weight(x.value(), w, pass.y); },
      [=](const BackwardPass& pass) {
        matmul(pass.dy, transposed(w.value()), pass.into(x), {}, pass.threads);  // dx = dy w^T
        matmul(transposed(x.value()), pass.dy, pass.into(w), {}, pass.threads);  // dw = x^T dy
      });
}
//! [linear]

//! [linear_with_bias]
Variable linear(Variable x, Variable w, Variable b, Activation activation) {
  require_shapes(x.n_columns() == w.n_rows(), "linear", "x", x.shape(), "w", w.shape());
  require_shapes(b.shape() == Shape{1, w.n_columns()}, "linear", "w", w.shape(), "b", b.shape());
  const bool relu = activation == Activation::relu;
  return operation(
      "linear", {x, w, b}, {x.n_rows(), w.n_columns()},
      [=](const ForwardPass& pass) {
        pass.tape.multiply_by_weight(x.value(), w, pass.y, {.bias = b.value(), .relu = relu});
      },
      [=](const BackwardPass& pass) {
        if (relu) relu_backward(pass.y, pass.dy, pass.dy, pass.threads);
        matmul(pass.dy, transposed(w.value()), pass.into(x), {}, pass.threads);
        matmul(transposed(x.value()), pass.dy, pass.into(w), {}, pass.threads);
        sum_rows(pass.dy, pass.into(b), pass.threads);
      });
}
//! [linear_with_bias]

Variable add(Variable x, Variable z) {
  require_same_shape("add", "x", x.shape(), "z", z.shape());
  return operation(
      "add", {x, z}, x.shape(),
      [=](const ForwardPass& pass) {
        copy_to(x.value(), pass.y, pass.threads);
        add_to(z.value(), pass.y, pass.threads);
      },
      [=](const BackwardPass& pass) {
        copy_to(pass.dy, pass.into(x), pass.threads);
        copy_to(pass.dy, pass.into(z), pass.threads);
      });
}

Variable dropout(Variable x, float p) {
  const Dropout drop = x.tape().next_dropout(p);
  if (drop.p == 0.0f) return x;
  return operation(
      "dropout", {x}, x.shape(),
      [=](const ForwardPass& pass) { dropout_forward(x.value(), drop, pass.y, pass.threads); },
      [=](const BackwardPass& pass) {
        // The same elements are dropped, and the same factor applied, on the way back.
        dropout_forward(pass.dy, drop, pass.into(x), pass.threads);
      });
}

}  // namespace transformer
