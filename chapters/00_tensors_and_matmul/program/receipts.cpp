#include "chapters/00_tensors_and_matmul/program/receipts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "src/autograd/operations.hpp"
#include "src/book/examples.hpp"
#include "src/book/reference.hpp"
#include "src/book/sections.hpp"

namespace transformer {
namespace {

/// What the layer is made of, in double precision, and the weights dy of the loss.
struct Layer {
  MatrixOf<double> x, w, b, dy;
};
using Member = MatrixOf<double> Layer::*;

//! [formula]
/// sum(relu(x w + b) * dy), as the formula says it.
double loss_of(const Layer& layer) {
  const auto& [x, w, b, dy] = layer;
  double loss = 0;
  for (size_t i = 0; i < x.shape(0); ++i) {
    for (size_t j = 0; j < w.shape(1); ++j) {
      double y = b(0, j);
      for (size_t l = 0; l < w.shape(0); ++l) y += x(i, l) * w(l, j);
      loss += std::max(0.0, y) * dy(i, j);
    }
  }
  return loss;
}

/// The loss a little above and a little below one number of the layer.
double numeric_derivative(Layer layer, Member member, size_t element) {
  constexpr double step = 1e-6;
  double& number = (layer.*member).data()[element];
  const double middle = number;
  number = middle + step;
  const double above = loss_of(layer);
  number = middle - step;
  return (above - loss_of(layer)) / (2 * step);
}
//! [formula]

/// A gradient of the tape beside its two witnesses.
struct Receipt {
  std::string name;
  ConstMatrixView analytic;
  Matrix pytorch;
  Member member;
};

}  // namespace

void show_receipts(const SceneRequest&) {
  ReferenceCheck file(reference_file("00_tensors_and_matmul"));
  const Matrix x_value = file.input("x"), w_value = file.input("parameters/w");
  const Matrix b_value = file.input("parameters/b"), dy = file.input("dy");
  const Layer layer = {x_value, w_value, b_value, dy};

  Tape tape(Threads::serial());
  tape.begin(Mode::training);
  const Variable x = tape.input(view_of(x_value), true), w = tape.input(view_of(w_value), true);
  const Variable b = tape.input(view_of(b_value), true);
  tape.backward(linear(x, w, b, Activation::relu), view_of(dy));

  const std::vector<Receipt> receipts = {
      {"dx", x.gradient(), file.input("gradients/x"), &Layer::x},
      {"dw", w.gradient(), file.input("gradients/w"), &Layer::w},
      {"db", b.gradient(), file.input("gradients/b"), &Layer::b}};
  std::vector<TableRow> numbers, differences;
  for (const Receipt& receipt : receipts) {
    auto numeric = zeros<double>(receipt.analytic.n_rows, receipt.analytic.n_columns);
    for (size_t i = 0; i < numeric.size(); ++i) {
      numeric.data()[i] = numeric_derivative(layer, receipt.member, i);
    }
    // Show the beginning of the first row, and measure all rows.
    for (Index j = 0; j < 3; ++j) {
      numbers.push_back({fmt::format("{}(0, {})", receipt.name, j),
                         number_text(receipt.analytic(0, j), 6), number_text(numeric(0, j), 6),
                         number_text(receipt.pytorch(0, j), 6)});
    }
    const Matrix rounded = numeric;
    const ConstMatrixView pytorch = view_of(receipt.pytorch);
    differences.push_back({receipt.name, std::to_string(numeric.size()),
                           power_text(largest_difference(receipt.analytic, pytorch)),
                           power_text(largest_difference(view_of(rounded), pytorch))});
  }
  print_table({"", "analytic", "numeric", "PyTorch"}, numbers);
  print_table({"", "elements", "analytic - PyTorch", "numeric - PyTorch"}, differences);
}

}  // namespace transformer
