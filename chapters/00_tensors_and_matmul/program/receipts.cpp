#include "chapters/00_tensors_and_matmul/program/receipts.hpp"

#include <algorithm>
#include <vector>

#include "src/autograd/operations.hpp"
#include "src/book/numeric_gradient.hpp"
#include "src/book/receipts.hpp"
#include "src/book/reference.hpp"

namespace transformer {
namespace {

//! [formula]
/// sum(relu(x w + b) * dy), as the formula says it.
double loss_of(const MatrixOf<double>& x, const MatrixOf<double>& w, const MatrixOf<double>& b,
               const Matrix& dy) {
  double loss = 0;
  for (size_t i = 0; i < x.shape(0); ++i) {
    for (size_t j = 0; j < w.shape(1); ++j) {
      double y = b(0, j);
      for (size_t l = 0; l < w.shape(0); ++l) y += x(i, l) * w(l, j);
      loss += std::max(0.0, y) * static_cast<double>(dy(i, j));
    }
  }
  return loss;
}
//! [formula]

}  // namespace

void show_receipts(const SceneRequest&) {
  ReferenceCheck file(reference_file("00_tensors_and_matmul"));
  const Matrix x_value = file.input("x"), w_value = file.input("parameters/w");
  const Matrix b_value = file.input("parameters/b"), dy = file.input("dy");

  Tape tape(Threads::serial());
  tape.begin(Mode::training);
  const Variable x = tape.input(view_of(x_value), true), w = tape.input(view_of(w_value), true);
  const Variable b = tape.input(view_of(b_value), true);
  tape.backward(linear(x, w, b, map_id<Relu>), view_of(dy));

  MatrixOf<double> x_2 = x_value, w_2 = w_value, b_2 = b_value;
  const auto loss = [&] { return loss_of(x_2, w_2, b_2, dy); };
  const std::vector<Receipt> receipts = {
      {"dx", x.gradient(), numeric_gradient(x_2, loss), file.input("gradients/x")},
      {"dw", w.gradient(), numeric_gradient(w_2, loss), file.input("gradients/w")},
      {"db", b.gradient(), numeric_gradient(b_2, loss), file.input("gradients/b")}};
  print_receipts(receipts, 0);
}

}  // namespace transformer
