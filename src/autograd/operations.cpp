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
Variable linear(Variable x, Variable w, Variable b, std::optional<MapId> f) {
  require_shapes(x.n_columns() == w.n_rows(), "linear", "x", x.shape(), "w", w.shape());
  require_shapes(b.shape() == Shape{1, w.n_columns()}, "linear", "w", w.shape(), "b", b.shape());
  const bool relu = f == map_id<Relu>;
  const Variable y = operation(
      "linear", {x, w, b}, {x.n_rows(), w.n_columns()},
      [=](const ForwardPass& pass) {
        pass.tape.multiply_by_weight(x.value(), w, pass.y, {.bias = b.value(), .relu = relu});
      },
      [=](const BackwardPass& pass) {
        if (relu) map_backward(map_id<Relu>, pass.y, pass.y, pass.dy, pass.dy, pass.threads);
        matmul(pass.dy, transposed(w.value()), pass.into(x), {}, pass.threads);
        matmul(transposed(x.value()), pass.dy, pass.into(w), {}, pass.threads);
        sum_rows(pass.dy, pass.into(b), pass.threads);
      });
  return f && !relu ? map(y, *f) : y;
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

Variable multiply(Variable x, Variable z) {
  require_same_shape("multiply", "x", x.shape(), "z", z.shape());
  return operation(
      "multiply", {x, z}, x.shape(),
      [=](const ForwardPass& pass) { multiply(x.value(), z.value(), pass.y, pass.threads); },
      [=](const BackwardPass& pass) {
        multiply(pass.dy, z.value(), pass.into(x), pass.threads);
        multiply(pass.dy, x.value(), pass.into(z), pass.threads);
      });
}

//! [map]
Variable map(Variable x, MapId f) {
  return operation(
      "map", {x}, x.shape(),
      [=](const ForwardPass& pass) { map_forward(f, x.value(), pass.y, pass.threads); },
      [=](const BackwardPass& pass) {
        map_backward(f, x.value(), pass.y, pass.dy, pass.into(x), pass.threads);
      });
}
//! [map]

//! [rows]
Variable rows(Variable x, std::span<const TokenId> which, float scale) {
  return operation(
      "rows", {x}, {std::ssize(which), x.n_columns()},
      [=](const ForwardPass& pass) { gather_rows(x.value(), which, scale, pass.y, pass.threads); },
      [=](const BackwardPass& pass) {
        // A row's gradient is the sum over all places where it was taken to.
        scatter_add_rows(pass.dy, which, scale, pass.into(x), pass.threads);
      });
}
//! [rows]

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
