#include "chapters/05_encoder/program/receipts.hpp"

#include <cmath>
#include <numeric>
#include <string>
#include <vector>

#include "chapters/05_encoder/pre_norm.hpp"
#include "src/book/formulas.hpp"
#include "src/book/numeric_gradient.hpp"
#include "src/book/receipts.hpp"
#include "src/book/reference.hpp"
#include "src/book/sections.hpp"

namespace transformer {
namespace {

using Row = std::vector<double>;

double mean_of(const Row& x) {
  return std::accumulate(x.begin(), x.end(), 0.0) / static_cast<double>(x.size());
}

/// sqrt(variance + epsilon).
double deviation_of(const Row& x) {
  double variance = 0;
  const double mean = mean_of(x);
  for (const double number : x) variance += (number - mean) * (number - mean);
  variance /= static_cast<double>(x.size());
  return std::sqrt(variance + 1e-5);
}

Row normalized(const Row& x) {
  Row x_hat;
  for (const double number : x) x_hat.push_back((number - mean_of(x)) / deviation_of(x));
  return x_hat;
}

//! [three_terms]
/// The terms of dx for one row, without the division by the deviation.
struct ThreeTerms {
  Row direct;   ///< gain * dy: the number itself.
  double mean;  ///< Of `direct`: what comes back through the mean.
  Row spread;   ///< What comes back through the deviation.
};

ThreeTerms three_terms(const Row& x_hat, const Row& gain, const Row& dy) {
  const size_t n = x_hat.size();
  ThreeTerms terms{.direct = Row(n), .mean = 0, .spread = Row(n)};
  double mean_along = 0;  // of direct * x_hat
  for (size_t i = 0; i < n; ++i) {
    terms.direct[i] = gain[i] * dy[i];
    terms.mean += terms.direct[i] / static_cast<double>(n);
    mean_along += terms.direct[i] * x_hat[i] / static_cast<double>(n);
  }
  for (size_t i = 0; i < n; ++i) terms.spread[i] = x_hat[i] * mean_along;
  return terms;
}
//! [three_terms]

}  // namespace

void show_three_terms(const SceneRequest&) {
  const Row x = {1, 0, 0, 0}, gain = {1, 1, 1, 1}, dy = {0, 1, 0, 0}, x_hat = normalized(x);
  const ThreeTerms terms = three_terms(x_hat, gain, dy);
  const double deviation = deviation_of(x);
  std::vector<TableRow> table;
  double sum = 0, along = 0;
  for (size_t i = 0; i < x.size(); ++i) {
    const double dx = (terms.direct[i] - terms.mean - terms.spread[i]) / deviation;
    sum += dx;
    along += dx * x_hat[i];
    table.push_back({number_text(x[i], 0), number_text(x_hat[i]), number_text(terms.direct[i]),
                     number_text(terms.mean), number_text(terms.spread[i]), number_text(dx)});
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
  const std::vector<Receipt> receipts = {
      {"dx", x.gradient(), numeric_gradient(x_2, loss), file.input(gradients + "x")},
      {"dgain", gain.gradient(), numeric_gradient(gain_2, loss), file.input(gradients + "gain")},
      {"dbias", bias.gradient(), numeric_gradient(bias_2, loss), file.input(gradients + "bias")}};
  print_receipts(receipts, 0);
}

}  // namespace transformer
