#include "chapters/05_encoder/program/parts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "chapters/05_encoder/encoder.hpp"
#include "chapters/05_encoder/program/plain.hpp"
#include "src/autograd/operations.hpp"
#include "src/book/examples.hpp"
#include "src/book/sections.hpp"
#include "src/draw/figures.hpp"

namespace transformer {

const std::vector<std::string> sentence_words = {"the", "dog", "ate", "the", "cat"};

Matrix sentence() {
  Matrix x = normal_matrix(5, 4, 7);
  xt::row(x, 3) = xt::row(x, 0);
  return x;
}

// ---- Layer normalisation ----------------------------------------------------------------------

namespace {

//! [by_hand]
/// (x - mean) / deviation, where the variance is the sum of squares over `divisor`.
std::vector<double> normalised(const std::vector<double>& x, double divisor) {
  double mean = 0, squares = 0;
  for (const double number : x) mean += number / static_cast<double>(x.size());
  for (const double number : x) squares += (number - mean) * (number - mean);
  std::vector<double> y;
  for (const double number : x) y.push_back((number - mean) / std::sqrt(squares / divisor));
  return y;
}
//! [by_hand]

}  // namespace

Matrix normalised(const Matrix& x) {
  ParameterStore store(0);
  const ResidualNorm norm(store, "norm", {.d_model = static_cast<Index>(x.shape(1))});
  const Matrix nothing = zeros(static_cast<Index>(x.shape(0)), static_cast<Index>(x.shape(1)));
  Tape tape(Threads::serial());
  return matrix_of<float>(norm(tape.input(view_of(x)), tape.input(view_of(nothing))).value());
}

void show_layer_norm(const SceneRequest&) {
  const auto row = [](const std::string& name, const auto& numbers) {
    TableRow cells = {name};
    for (const double number : numbers) cells.push_back(number_text(number, 4));
    return cells;
  };
  const std::vector<double> x = {1, 0, 0, 0};
  const std::vector<TableRow> table = {
      row("LayerNorm(x)", normalised(Matrix{{1, 0, 0, 0}})),
      row("by hand, variance over 4", normalised(x, 4)),
      row("not so: variance over 3", normalised(x, 3)),
      row("LayerNorm(100 x + 7)", normalised(Matrix{{107, 7, 7, 7}}))};
  print_table({"x =", "1", "0", "0", "0"}, table);
  const Matrix y = normalised(Matrix{{1, 0, 0, 0}});
  value("smallest number", *std::min_element(y.begin(), y.end()), 4);
  value("largest number", *std::max_element(y.begin(), y.end()), 4);
  value("sum of the squares", inner_product(view_of(y), view_of(y)), 3);
}

void show_epsilon(const SceneRequest&) {
  std::vector<TableRow> table;
  for (const double size : {1.0, 0.01, 0.001, 0.0}) {
    const Matrix x = {{static_cast<float>(size), 0, 0, 0}};
    // Not so: a deviation over 3 with the epsilon added to it.
    const double deviation = size * std::sqrt(0.1875 * 4 / 3);
    table.push_back({fmt::format("{:g}, 0, 0, 0", size), number_text(normalised(x)(0, 0), 4),
                     number_text(size * 0.75 / (deviation + 1e-5), 4)});
  }
  print_table({"x", "inside the root", "not so: unbiased, outside"}, table);
}

// ---- The residual connection ------------------------------------------------------------------

void show_residual(const SceneRequest&) {
  const Matrix x = {{1, 2, 3, 4}, {4, 3, 2, 1}};
  const Matrix sublayer = {{1, 0, 0, 0}, {0, 0, 0, 1}}, dy = {{1, 0, 0, 0}, {0, 1, 0, 0}};
  ParameterStore store(0);
  const ResidualNorm norm(store, "norm", {.d_model = 4, .p_drop = 0.0f});
  Tape tape(Threads::serial());
  tape.begin(Mode::training);
  const Variable x_in = tape.input(view_of(x), true),
                 sublayer_in = tape.input(view_of(sublayer), true);
  const Variable y = norm(x_in, sublayer_in);
  print_matrix("x", view_of(x), {.digits = 0});
  print_matrix("what the sub-layer made of it", view_of(sublayer), {.digits = 0});
  print_matrix("y = LayerNorm(x + sub-layer)", y.value());
  double furthest = 0;
  for (Index i = 0; i < 2; ++i) {
    const auto row = static_cast<size_t>(i);
    const plain::Row by_hand = plain::add_and_norm(
        plain::row_of(x, row), plain::row_of(sublayer, row), {1, 1, 1, 1}, {0, 0, 0, 0});
    for (Index j = 0; j < 4; ++j) {
      furthest = std::max(furthest, std::abs(by_hand[static_cast<size_t>(j)] - y.value()(i, j)));
    }
  }
  value("largest difference to the plain lines", furthest, 4);

  // The sum passes the gradient on as it is: past the sub-layer, to the layers below.
  print_matrix("dy, handed down from above", view_of(dy), {.digits = 0});
  tape.backward(y, view_of(dy));
  print_matrix("gradient of x, past the sub-layer", x_in.gradient());
  value("largest difference to the gradient of the sub-layer",
        largest_difference(x_in.gradient(), sublayer_in.gradient()), 4);
}

// ---- Dropout ----------------------------------------------------------------------------------

void show_dropout(const SceneRequest& request) {
  const Matrix x = xt::ones<float>({4, 10});
  const auto p = static_cast<float>(request.number("p", 0, 0.9));
  Tape tape(Threads::serial());
  const auto at = [&](Mode mode, std::uint32_t step) {
    tape.begin(mode, static_cast<std::uint64_t>(request.integer("seed", 0, 1'000'000)), step);
    const Variable in = tape.input(view_of(x), true);
    return std::pair(in, dropout(in, p));
  };
  const auto [in, y] = at(Mode::training, 1);
  const Matrix forward = matrix_of<float>(ConstMatrixView(y.value()));
  tape.backward(y, view_of(x));
  print_matrix(fmt::format("dropout(ones), p = {}", p), view_of(forward), {.digits = 2});
  print_matrix("gradient where that of the result is 1: the same mask", in.gradient(),
               {.digits = 2});
  request.draw("dropout",
               heat_map(view_of(forward), {.title = fmt::format("Dropout of ones, p = {}", p),
                                           .x_label = "column",
                                           .y_label = "token",
                                           .low = 0.0,
                                           .numbers = true}));

  const Matrix again = matrix_of<float>(ConstMatrixView(at(Mode::training, 1).second.value()));
  const Matrix next = matrix_of<float>(ConstMatrixView(at(Mode::training, 2).second.value()));
  value_line("step 1 again draws the same mask", again == forward ? "yes" : "no");
  value_line("step 2 draws another", next == forward ? "no" : "yes");
  const Matrix inference = matrix_of<float>(ConstMatrixView(at(Mode::inference, 1).second.value()));
  value_line("inference leaves everything", inference == x ? "yes" : "no");
}

}  // namespace transformer
