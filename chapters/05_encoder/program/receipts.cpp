#include "chapters/05_encoder/program/receipts.hpp"

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "chapters/05_encoder/layer_norm.hpp"
#include "chapters/05_encoder/program/plain.hpp"
#include "src/book/formulas.hpp"
#include "src/book/numeric_gradient.hpp"
#include "src/book/receipts.hpp"
#include "src/book/reference.hpp"
#include "src/book/sections.hpp"

namespace transformer {

void show_three_terms(const SceneRequest&) {
  const plain::Row x = {1, 0, 0, 0}, gain = {1, 1, 1, 1}, dy = {0, 1, 0, 0};
  const auto [x_hat, deviation] = plain::normalized(x);
  const plain::ThreeTerms terms = plain::three_terms(x_hat, gain, dy);
  const plain::Row dx = plain::layer_norm_backward(x, gain, dy);
  std::vector<TableRow> table;
  double sum = 0, along = 0;
  for (size_t i = 0; i < x.size(); ++i) {
    sum += dx[i];
    along += dx[i] * x_hat[i];
    table.push_back({number_text(x[i], 0), number_text(x_hat[i]), number_text(terms.direct[i]),
                     number_text(terms.mean), number_text(terms.spread[i]), number_text(dx[i])});
  }
  print_table({"x", "x_hat", "direct", "mean", "spread", "dx"}, table);
  value("deviation", deviation, 4);
  value("sum of dx", sum, 3);
  value("sum of dx times x_hat", along, 3);
}

void show_receipts(const SceneRequest&) {
  ReferenceCheck file(reference_file("05_encoder"));
  const Matrix x_value = file.input("layer_norm/x"), dy = file.input("layer_norm/dy");
  ParameterStore store(0);
  const auto n = static_cast<Index>(x_value.shape(1));
  const Variable gain = store.add("gain", 1, n, {}), bias = store.add("bias", 1, n, {});
  file.load_values(store, "layer_norm/parameters/");
  Tape tape(Threads::serial());
  tape.begin(Mode::training);
  const Variable x = tape.input(view_of(x_value), true);
  tape.backward(layer_norm(x, gain, bias), view_of(dy));

  MatrixOf<double> x_2 = x_value, gain_2 = matrix_of<double>(gain.value()),
                   bias_2 = matrix_of<double>(bias.value());
  const auto loss = [&] {
    const formula::VectorOf<double> gain_row = xt::row(gain_2, 0), bias_row = xt::row(bias_2, 0);
    return xt::sum(formula::layer_norm(x_2, gain_row, bias_row, 1e-5) * dy)();
  };
  const std::string gradients = "layer_norm/gradients/";
  const Matrix dx_2 = file.input(gradients + "x");
  const std::vector<Receipt> receipts = {
      {"dx", x.gradient(), numeric_gradient(x_2, loss), dx_2},
      {"dgain", gain.gradient(), numeric_gradient(gain_2, loss), file.input(gradients + "gain")},
      {"dbias", bias.gradient(), numeric_gradient(bias_2, loss), file.input(gradients + "bias")}};
  print_receipts(receipts, 0);

  double furthest = 0;
  const plain::Row gains(gain_2.begin(), gain_2.end());
  for (size_t i = 0; i < x_value.shape(0); ++i) {
    const plain::Row dx =
        plain::layer_norm_backward(plain::row_of(x_value, i), gains, plain::row_of(dy, i));
    for (size_t j = 0; j < dx.size(); ++j) {
      furthest = std::max(furthest, std::abs(dx[j] - double{dx_2(i, j)}));
    }
  }
  value("plain lines, furthest dx from PyTorch's", furthest, 6);
}

}  // namespace transformer
