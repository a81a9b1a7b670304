#include "src/autograd/operations.hpp"

#include <algorithm>

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

namespace {

/// A copy of the parts in the tape's arena: as long as the step, as a backward function needs them.
std::span<const Variable> kept(Tape& tape, std::span<const Variable> parts) {
  const std::span<Variable> copy = tape.arena().allocate<Variable>(std::ssize(parts));
  std::copy(parts.begin(), parts.end(), copy.begin());
  return copy;
}

/// Calls visit(part, begin, end) for each part with where its rows, or columns, lie in the whole.
template <class Visit>
void for_each_part(std::span<const Variable> parts, Index (Variable::*size)() const, Visit visit) {
  Index begin = 0;
  for (const Variable part : parts) {
    const Index end = begin + (part.*size)();
    visit(part, begin, end);
    begin = end;
  }
}

}  // namespace

Variable join_rows(std::span<const Variable> list) {
  Tape& tape = tape_of("join_rows", list);
  const std::span<const Variable> parts = kept(tape, list);
  Shape shape{0, parts.front().n_columns()};
  for (const Variable part : parts) {
    require_shapes(part.n_columns() == shape.n_columns, "join_rows", "the first part",
                   parts.front().shape(), "another", part.shape());
    shape.n_rows += part.n_rows();
  }
  return tape.operation(
      "join_rows", parts, shape,
      [=](const ForwardPass& pass) {
        for_each_part(parts, &Variable::n_rows, [&](Variable part, Index begin, Index end) {
          copy_to(part.value(), pass.y.rows(begin, end), pass.threads);
        });
      },
      [=](const BackwardPass& pass) {
        for_each_part(parts, &Variable::n_rows, [&](Variable part, Index begin, Index end) {
          copy_to(pass.dy.rows(begin, end), pass.into(part), pass.threads);
        });
      });
}

Variable join_columns(std::span<const Variable> list) {
  Tape& tape = tape_of("join_columns", list);
  const std::span<const Variable> parts = kept(tape, list);
  Shape shape{parts.front().n_rows(), 0};
  for (const Variable part : parts) {
    require_shapes(part.n_rows() == shape.n_rows, "join_columns", "the first part",
                   parts.front().shape(), "another", part.shape());
    shape.n_columns += part.n_columns();
  }
  return tape.operation(
      "join_columns", parts, shape,
      [=](const ForwardPass& pass) {
        for_each_part(parts, &Variable::n_columns, [&](Variable part, Index begin, Index end) {
          copy_to(part.value(), pass.y.columns(begin, end), pass.threads);
        });
      },
      [=](const BackwardPass& pass) {
        for_each_part(parts, &Variable::n_columns, [&](Variable part, Index begin, Index end) {
          copy_to(pass.dy.columns(begin, end), pass.into(part), pass.threads);
        });
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
