#include <fmt/format.h>

#include <cmath>
#include <map>
#include <utility>

#include "chapters/03_scaled_dot_product_attention/attention.hpp"
#include "chapters/09_recurrent_networks/program/demonstrations.hpp"
#include "chapters/09_recurrent_networks/recurrence.hpp"
#include "src/book/examples.hpp"
#include "src/book/numeric_gradient.hpp"
#include "src/book/receipts.hpp"
#include "src/book/recurrent_formulas.hpp"
#include "src/book/reference.hpp"
#include "src/book/sections.hpp"
#include "src/draw/figures.hpp"

namespace transformer {
namespace {

// ---- Receipts ---------------------------------------------------------------------------------

//! [through_time]
/// The gradients of a plain layer over one sentence, as the page derives them: x (n, d_in), dh (n,
/// d) what reaches each state from outside.
struct ThroughTime {
  ThroughTime(const formula::Recurrent<double>& layer, const MatrixOf<double>& x,
              const MatrixOf<double>& h_0, const MatrixOf<double>& dh) {
    // Forward: all states are kept.
    std::vector<MatrixOf<double>> h = {h_0};
    const Index n = static_cast<Index>(x.shape(0));
    for (Index t = 0; t < n; ++t) h.push_back(layer.step(formula::rows(x, t, t + 1), h.back()));

    // Backward: delta_t = (dh_t + delta_{t+1} W_h^T) (1 - h_t^2).
    dw_x = xt::zeros_like(layer.w_x), dw_h = xt::zeros_like(layer.w_h);
    MatrixOf<double> from_later = xt::zeros_like(h_0);
    for (Index t = n - 1; t >= 0; --t) {
      const MatrixOf<double>& after = h[static_cast<size_t>(t) + 1];
      const MatrixOf<double> delta =
          (formula::rows(dh, t, t + 1) + from_later) * (1 - after * after);
      const MatrixOf<double> x_t = formula::rows(x, t, t + 1);
      dw_x += formula::product(formula::transpose(x_t), delta);
      dw_h += formula::product(formula::transpose(h[static_cast<size_t>(t)]), delta);
      from_later = formula::product(delta, formula::transpose(layer.w_h));
    }
  }

  MatrixOf<double> dw_x, dw_h;
};
//! [through_time]

/// The sentences of the reference file's plain layer.
struct ReferenceLayer {
  ReferenceLayer() {
    x = of("x"), h_0 = of("h_0");
    layer = {of("parameters/forwards.w_x"), of("parameters/forwards.w_h"),
             of("parameters/forwards.b")};
    offsets = check.offsets("rnn/offsets");
    // Below what the layer says of each token stand the last states.
    dh = formula::rows(of("dy"), 0, offsets.back());
    for (Index s = 0; s + 1 < std::ssize(offsets); ++s) {
      const Index last = offsets[static_cast<size_t>(s) + 1] - 1;
      xt::view(dh, xt::range(last, last + 1), xt::all()) +=
          formula::rows(of("dy"), offsets.back() + s, offsets.back() + s + 1);
    }
  }
  MatrixOf<double> of(const std::string& name) {
    return matrix_of<double>(view_of(numbers[name] = check.input("rnn/" + name)));
  }

  double loss() const {
    double sum = 0;
    for (Index s = 0; s + 1 < std::ssize(offsets); ++s) {
      MatrixOf<double> h = formula::rows(h_0, s, s + 1);
      for (Index i = offsets[static_cast<size_t>(s)]; i < offsets[static_cast<size_t>(s) + 1];
           ++i) {
        h = layer.step(formula::rows(x, i, i + 1), h);
        sum += xt::sum(h * formula::rows(dh, i, i + 1))();
      }
    }
    return sum;
  }

  ReferenceCheck check{reference_file("09_recurrent_networks")};
  std::map<std::string, Matrix> numbers;
  MatrixOf<double> x, h_0, dh;
  formula::Recurrent<double> layer;
  std::vector<Index> offsets;
};

}  // namespace

void show_receipts(const SceneRequest&) {
  ReferenceLayer reference;
  MatrixOf<double> dw_x = xt::zeros_like(reference.layer.w_x),
                   dw_h = xt::zeros_like(reference.layer.w_h);
  for (Index s = 0; s + 1 < std::ssize(reference.offsets); ++s) {
    const Index begin = reference.offsets[static_cast<size_t>(s)],
                end = reference.offsets[static_cast<size_t>(s) + 1];
    const ThroughTime gradients(reference.layer, formula::rows(reference.x, begin, end),
                                formula::rows(reference.h_0, s, s + 1),
                                formula::rows(reference.dh, begin, end));
    dw_x += gradients.dw_x, dw_h += gradients.dw_h;
  }
  const Matrix analytic_x = dw_x, analytic_h = dw_h;
  const auto loss = [&] { return reference.loss(); };
  print_receipts(
      std::vector<Receipt>{
          {"dW_x", view_of(analytic_x), numeric_gradient(reference.layer.w_x, loss),
           reference.check.input("rnn/gradients/forwards.w_x")},
          {"dW_h", view_of(analytic_h), numeric_gradient(reference.layer.w_h, loss),
           reference.check.input("rnn/gradients/forwards.w_h")}},
      0);
}

// ---- Distance ---------------------------------------------------------------------------------

namespace {

constexpr Index d = 32, n_tokens = 50, n_sequences = 8;

/// A matrix whose rows are perpendicular and of length 1 (Gram and Schmidt), times `radius`.
Matrix orthogonal(double radius) {
  MatrixOf<double> q = normal_matrix(d, d, 5);
  const auto product = [&](size_t i, size_t j) {
    double sum = 0;
    for (size_t k = 0; k < q.shape(1); ++k) sum += q(i, k) * q(j, k);
    return sum;
  };
  for (size_t i = 0; i < q.shape(0); ++i) {
    for (size_t j = 0; j < i; ++j) {
      const double along = product(i, j);
      for (size_t k = 0; k < q.shape(1); ++k) q(i, k) -= along * q(j, k);
    }
    const double length = std::sqrt(product(i, i));
    for (size_t k = 0; k < q.shape(1); ++k) q(i, k) /= length;
  }
  return radius * q;
}

/// |d loss / d x_{T-k}| for k = 0, 1 .. T - 1, the root mean square over some sequences, where the
/// loss is the last row of what `layer` makes of x, times a vector of length 1.
std::vector<double> by_distance(FunctionRef<Variable(Variable x, const TimeSteps& steps)> layer,
                                double size) {
  std::vector<double> squares(n_tokens);
  const std::vector<Index> offsets = {0, n_tokens};
  for (std::uint64_t s = 0; s < n_sequences; ++s) {
    Tape tape(Threads::serial());
    tape.begin(Mode::training);
    const Matrix numbers = normal_matrix(n_tokens, d, 100 + s, size * size);
    const Variable x = tape.input(view_of(numbers), true);
    const Variable y = layer(x, TimeSteps(tape, {offsets}));
    Matrix dy = zeros(n_tokens, d);
    const Matrix direction = normal_matrix(1, d, 200 + s);
    scale_to(view_of(direction), static_cast<float>(1 / norm_of(view_of(direction))),
             view_of(dy).rows(n_tokens - 1, n_tokens));
    tape.backward(y, view_of(dy));
    for (Index k = 0; k < n_tokens; ++k) {
      const Index t = n_tokens - 1 - k;
      const double norm = norm_of(x.gradient().rows(t, t + 1));
      squares[static_cast<size_t>(k)] += norm * norm / static_cast<double>(n_sequences);
    }
  }
  for (double& square : squares) square = std::sqrt(square);
  return squares;
}

//! [by_distance]
std::vector<double> of_rnn(double radius) {
  ParameterStore store(1);
  const RecurrentWeights w(store, "rnn", CellKind::rnn, d, d);
  const Matrix w_h = orthogonal(radius), identity = orthogonal(1.0);
  copy_to(view_of(w_h), store.at("rnn.w_h").value());
  copy_to(view_of(identity), store.at("rnn.w_x").value());
  const Matrix zero = zeros(1, d);
  return by_distance(
      [&](Variable x, const TimeSteps& steps) {
        return rnn(x, w, x.tape().input(view_of(zero)), steps);
      },
      1e-4);
}

std::vector<double> of_lstm(float forget_bias) {
  ParameterStore store(1);
  const RecurrentWeights w(store, "lstm", CellKind::lstm, d, d, forget_bias);
  const Matrix zero = zeros(1, 2 * d);
  return by_distance(
      [&](Variable x, const TimeSteps& steps) {
        const Variable states = lstm(x, w, x.tape().input(view_of(zero)), steps);
        return split_columns<2>(states)[0];
      },
      1.0);
}

std::vector<double> of_attention() {
  const std::vector<Index> offsets = {0, n_tokens};
  return by_distance(
      [&](Variable x, const TimeSteps&) {
        return scaled_dot_product_attention(x, x, x, {{offsets}, {offsets}, Mask::causal}, 1);
      },
      0.25);
}
//! [by_distance]

/// (gamma sigma)^k, where gamma = 1 is the largest derivative of tanh and all singular values of
/// the weight are its radius, beside what was found.
void show_bounds(const std::vector<std::pair<double, std::vector<double>>>& found) {
  std::vector<TableRow> table;
  Index n_above = 0;
  for (const auto& [radius, norms] : found) {
    for (size_t k = 0; k < norms.size(); ++k) {
      n_above += norms[k] > 1.0001 * std::pow(radius, static_cast<double>(k));
    }
    table.push_back(
        {number_text(radius, 1), power_text(std::pow(radius, 40.0)), power_text(norms[40])});
  }
  print_table({"radius", "bound for 40 steps", "found"}, table);
  value("distances whose gradient is longer than the bound", n_above);
}

}  // namespace

void show_gradient_by_distance(const SceneRequest& request) {
  std::vector<Series> lines;
  for (const double radius : {0.9, 1.0, 1.1}) {
    lines.push_back({fmt::format("RNN, radius {:.1f}", radius), {}, of_rnn(radius)});
  }
  for (const float bias : {0.0f, 1.0f, 4.0f}) {
    lines.push_back({fmt::format("LSTM, forget bias {}", bias), {}, of_lstm(bias)});
  }
  lines.push_back({"attention", {}, of_attention()});
  const TableRow head = {"steps back", "RNN, 0.9", "1.0", "1.1", "LSTM, 0", "1", "4", "attention"};
  for (Series& line : lines) {
    for (Index k = 0; k < n_tokens; ++k) line.x.push_back(static_cast<double>(k));
  }
  std::vector<TableRow> table;
  for (const size_t k : {size_t{0}, size_t{1}, size_t{5}, size_t{10}, size_t{20}, size_t{40}}) {
    TableRow& row = table.emplace_back(TableRow{std::to_string(k)});
    for (const Series& line : lines) row.push_back(power_text(line.y[k]));
  }
  print_table(head, table);

  value_line("RNN of radius 0.9, 10 steps back", power_text(lines[0].y[10]));
  value_line("RNN of radius 0.9, 40 steps back", power_text(lines[0].y[40]));
  value_line("LSTM with a forget bias of 0, 40 steps back", power_text(lines[3].y[40]));
  value_line("LSTM with a forget bias of 1, 40 steps back", power_text(lines[4].y[40]));
  value_line("LSTM with a forget bias of 1, the last step", power_text(lines[4].y[0]));
  show_bounds({{0.9, lines[0].y}, {1.0, lines[1].y}, {1.1, lines[2].y}});
  request.draw("gradient_by_distance",
               line_chart(lines, {.title = "How much of a gradient comes back over k steps",
                                  .x_label = "steps back",
                                  .y_label = "length of the gradient",
                                  .log_y = true}));
}

void show_forget_gate(const SceneRequest&) {
  std::vector<TableRow> table;
  for (const double bias : {0.0, 1.0, 2.0, 4.0}) {
    const double gate = 1 / (1 + std::exp(-bias));
    TableRow& row = table.emplace_back(TableRow{number_text(bias, 0), number_text(gate, 3)});
    for (const double k : {10.0, 20.0, 40.0}) row.push_back(power_text(std::pow(gate, k)));
  }
  print_table({"forget bias", "gate at rest", "kept over 10 steps", "20", "40"}, table);
}

}  // namespace transformer
