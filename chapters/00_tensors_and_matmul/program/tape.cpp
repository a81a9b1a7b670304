// The tape: the gradients of a network of ten numbers, and how these numbers learn.
#include "chapters/00_tensors_and_matmul/program/tape.hpp"

#include <fmt/format.h>

#include "chapters/00_tensors_and_matmul/program/tape_figure.hpp"
#include "src/autograd/operations.hpp"
#include "src/book/examples.hpp"
#include "src/book/sections.hpp"

namespace transformer {
namespace {

/// The numbers of the example; its loss is relu(x w + b) v.
struct Example {
  Matrix x = {{1, 2}};           // (1, 2)
  Matrix w = {{1, -2}, {1, 1}};  // (2, 2)
  Matrix b = {{0.5, -0.5}};      // (1, 2)
  Matrix v = {{2}, {-1}};        // (2, 1)
};

//! [loss]
Variable loss_of(Variable x, Variable w, Variable b, Variable v) {
  const Variable h = linear(x, w, b, map_id<Relu>);  // (1, 2)
  return linear(h, v);                               // (1, 1)
}
//! [loss]

double loss_of(const Example& e) {
  Tape tape(Threads::serial());
  const auto input = [&](const Matrix& m) { return tape.input(view_of(m)); };
  return loss_of(input(e.x), input(e.w), input(e.b), input(e.v)).value()(0, 0);
}

//! [numeric]
/// (loss(m + step) - loss(m - step)) / (2 step), where m is one number of the example.
double numeric_derivative(Example e, Matrix Example::*member, size_t i) {
  constexpr float step = 0.125f;  // a power of two: nothing is rounded here
  float& number = (e.*member).data()[i];
  const float middle = number;
  number = middle + step;
  const double above = loss_of(e);
  number = middle - step;
  return (above - loss_of(e)) / (2 * step);
}
//! [numeric]

void draw(const SceneRequest& request, Variable x, Variable w, Variable b, Variable v,
          Variable loss) {
  const Matrix one = {{1}};  // the derivative of the loss by itself
  const auto row = [](ConstMatrixView column) {
    return ConstMatrixView(column.data, 1, column.n_rows);
  };
  request.draw("tape",
               tape_figure({.x = {"x", x.value(), x.gradient()},
                            .w = {"w", w.value(), w.gradient()},
                            .b = {"b", b.value(), b.gradient()},
                            .h = {"h", row(v.gradient()), row(v.value())},  // dv = h^T, dh = v^T
                            .v = {"v", v.value(), v.gradient()},
                            .loss = {"loss", loss.value(), view_of(one)}}));
}

}  // namespace

void show_tape(const SceneRequest& request) {
  const Example e;
  //! [tape]
  Tape tape(Threads::serial());
  tape.begin(Mode::training);
  const Variable x = tape.input(view_of(e.x), true), w = tape.input(view_of(e.w), true);
  const Variable b = tape.input(view_of(e.b), true), v = tape.input(view_of(e.v), true);
  const Variable loss = loss_of(x, w, b, v);
  tape.backward(loss);
  //! [tape]
  value("loss", loss.value()(0, 0), 1);

  // The same by hand: the chain rule, line by line from the loss back to x.
  //! [by_hand]
  const Matrix pre = {{3.5f, -0.5f}};    // x w + b
  const Matrix dv = {{pre(0, 0)}, {0}};  // h^T, with h = relu(pre)
  const Matrix dpre = {{e.v(0, 0), 0}};  // v^T where pre > 0, else 0
  const Matrix dw = {{e.x(0, 0) * dpre(0, 0), e.x(0, 0) * dpre(0, 1)},
                     {e.x(0, 1) * dpre(0, 0), e.x(0, 1) * dpre(0, 1)}};  // x^T dpre
  const Matrix dx = {{dpre(0, 0) * e.w(0, 0) + dpre(0, 1) * e.w(0, 1),
                      dpre(0, 0) * e.w(1, 0) + dpre(0, 1) * e.w(1, 1)}};  // dpre w^T
  //! [by_hand]

  std::vector<TableRow> table;
  const auto compare = [&](const std::string& name, const std::string& formula, Variable variable,
                           const Matrix& by_hand, Matrix Example::*member) {
    for (size_t i = 0; i < by_hand.size(); ++i) {
      table.push_back(
          {fmt::format("d loss / d {}({}, {})", name, i / by_hand.shape(1), i % by_hand.shape(1)),
           formula, number_text(variable.gradient().data[i], 1), number_text(by_hand.data()[i], 1),
           number_text(numeric_derivative(e, member, i), 1)});
    }
  };
  compare("v", "h^T", v, dv, &Example::v);
  compare("b", "dpre", b, dpre, &Example::b);
  compare("w", "x^T dpre", w, dw, &Example::w);
  compare("x", "dpre w^T", x, dx, &Example::x);
  print_table({"", "formula", "tape", "by hand", "numeric"}, table);
  draw(request, x, w, b, v, loss);
}

void show_descent(const SceneRequest&) {
  Example e;
  constexpr float rate = 1.0f / 256;
  const Matrix minus_wanted = {{-3}};
  Tape tape(Threads::serial());
  std::vector<TableRow> table;
  for (int step = 0; step <= 6; ++step) {
    //! [descent]
    tape.begin(Mode::training);
    const Variable x = tape.input(view_of(e.x)), w = tape.input(view_of(e.w), true);
    const Variable b = tape.input(view_of(e.b), true), v = tape.input(view_of(e.v), true);
    const Variable y = loss_of(x, w, b, v), off = add(y, tape.input(view_of(minus_wanted)));
    const Variable loss = multiply(off, off);  // (y - 3)^2
    tape.backward(loss);
    //! [descent]
    const auto row_of = [](const Matrix& m) {
      std::string text;
      for (const float n : m) text += (text.empty() ? "" : "  ") + number_text(n, 2);
      return text;
    };
    table.push_back({std::to_string(step), number_text(y.value()(0, 0), 2),
                     number_text(loss.value()(0, 0), 2), row_of(e.w), row_of(e.b), row_of(e.v)});
    //! [down]
    e.w -= rate * matrix_of<float>(w.gradient());
    e.b -= rate * matrix_of<float>(b.gradient());
    e.v -= rate * matrix_of<float>(v.gradient());
    //! [down]
  }
  print_table({"step", "y", "(y - 3)^2", "w", "b", "v"}, table);
}

}  // namespace transformer
