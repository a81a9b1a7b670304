#include "src/autograd/operations.hpp"

#include <algorithm>

#include "src/base/error.hpp"

namespace transformer {
namespace {

/// dx (+)= dy w^T and dw (+)= x^T dy: both come from y_ij = sum_l x_il w_lj.
//! [linear_backward]
void linear_backward(Variable x, Variable w, ConstMatrixView dy, Threads& threads) {
  if (x.wants_gradient()) {
    const auto [dx, accumulate] = x.gradient_target();
    matmul(dy, transposed(w.value()), dx, {.accumulate = accumulate}, threads);
  }
  if (w.wants_gradient()) {
    const auto [dw, accumulate] = w.gradient_target();
    matmul(transposed(x.value()), dy, dw, {.accumulate = accumulate}, threads);
  }
}
//! [linear_backward]

}  // namespace

void pass_on(ConstMatrixView dy, Variable x, Threads& threads) {
  if (!x.wants_gradient()) return;
  const auto [dx, accumulate] = x.gradient_target();
  if (accumulate) {
    add_to(dy, dx, threads);
  } else {
    copy_to(dy, dx, threads);
  }
}

void require_shapes(bool fits, std::string_view operation, std::string_view a_name, Variable a,
                    std::string_view b_name, Variable b) {
  if (fits) return;
  fail(ExitCode::internal, "{}: {} is ({}, {}), {} is ({}, {})", operation, a_name, a.n_rows(),
       a.n_columns(), b_name, b.n_rows(), b.n_columns());
}

Variable linear(Variable x, Variable w) {
  require_shapes(x.n_columns() == w.n_rows(), "linear", "x", x, "w", w);
  Tape& tape = x.tape();
  const Variable y = tape.make(x.n_rows(), w.n_columns());
  tape.multiply_by_weight(x.value(), w.value(), y.value());
  tape.record(y, [=] { linear_backward(x, w, y.gradient(), y.tape().threads()); });
  return y;
}

void require_gradient(const Tape& tape, std::string_view operation, std::string_view name,
                      Variable x) {
  if (!tape.is_training() || x.wants_gradient()) return;
  fail(ExitCode::internal, "{}: {} keeps no gradient; make it with wants_gradient", operation,
       name);
}

//! [linear]
Variable linear(Variable x, Variable w, Variable b, Activation activation) {
  require_shapes(x.n_columns() == w.n_rows(), "linear", "x", x, "w", w);
  require_shapes(b.n_rows() == 1 && b.n_columns() == w.n_columns(), "linear", "w", w, "b", b);
  Tape& tape = x.tape();
  const Variable y = tape.make(x.n_rows(), w.n_columns());
  const bool relu = activation == Activation::relu;
  tape.multiply_by_weight(x.value(), w.value(), y.value(), {.bias = b.value().data, .relu = relu});
  tape.record(y, [=] {
    Threads& threads = y.tape().threads();
    const MatrixView dy = y.data().gradient;
    if (relu) relu_backward(y.value(), dy, dy, threads);
    linear_backward(x, w, dy, threads);
    if (b.wants_gradient()) {
      const auto [db, accumulate] = b.gradient_target();
      sum_rows(dy, db.data, accumulate, threads);
    }
  });
  return y;
}
//! [linear]

Variable add(Variable x, Variable z) {
  require_shapes(same_shape(x.value(), z.value()), "add", "x", x, "z", z);
  Tape& tape = x.tape();
  const Variable y = tape.make(x.n_rows(), x.n_columns());
  copy_to(x.value(), y.value(), tape.threads());
  add_to(z.value(), y.value(), tape.threads());
  tape.record(y, [=] {
    pass_on(y.gradient(), x, y.tape().threads());
    pass_on(y.gradient(), z, y.tape().threads());
  });
  return y;
}

Variable dropout(Variable x, float p) {
  Tape& tape = x.tape();
  const Dropout drop = tape.next_dropout(p);
  if (drop.p == 0.0f) return x;
  const Variable y = tape.make(x.n_rows(), x.n_columns());
  dropout_forward(x.value(), drop, y.value(), tape.threads());
  tape.record(y, [=] {
    // The same elements are dropped, and the same factor applied, on the way back.
    Threads& threads = y.tape().threads();
    const MatrixView dy = y.data().gradient;
    dropout_forward(dy, drop, dy, threads);
    pass_on(dy, x, threads);
  });
  return y;
}

void split_columns_into(Variable x, std::span<Variable> blocks) {
  const Index n_blocks = static_cast<Index>(blocks.size());
  const Index width = x.n_columns() / n_blocks;
  if (width * n_blocks != x.n_columns()) {
    fail(ExitCode::internal, "split_columns: {} columns do not make {} equal blocks", x.n_columns(),
         n_blocks);
  }
  Tape& tape = x.tape();
  std::array<VariableData*, 4> parts{};
  if (blocks.size() > parts.size()) {
    fail(ExitCode::internal, "split_columns: at most {} blocks", parts.size());
  }
  for (Index b = 0; b < n_blocks; ++b) {
    Variable& block = blocks[static_cast<size_t>(b)];
    block = tape.columns(x, b * width, (b + 1) * width);
    parts[static_cast<size_t>(b)] = &block.data();
  }
  // The blocks' gradients lie in x's, so all that is left to do is to say that it is complete.
  tape.record_always([=] {
    const bool reached = std::any_of(parts.begin(), parts.begin() + n_blocks,
                                     [](VariableData* part) { return part->has_gradient; });
    if (!reached) return;
    for (Index b = 0; b < n_blocks; ++b) {
      const Variable part(parts[static_cast<size_t>(b)], &x.tape());
      if (!part.has_gradient()) part.gradient_to_add_to();
    }
    if (x.has_gradient()) fail(ExitCode::internal, "split_columns: x is used elsewhere, too");
    x.gradient_target();
  });
}

}  // namespace transformer
