// Against gradients that are long products: to cut the way back, and to cut the length.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "chapters/09_recurrent_networks/program/demonstrations.hpp"
#include "chapters/09_recurrent_networks/recurrence.hpp"
#include "src/book/examples.hpp"
#include "src/book/reference.hpp"
#include "src/book/sections.hpp"

namespace transformer {
namespace {

constexpr Index n_steps = 12, d = 4;

/// The last state, and the lengths of its gradient, times a fixed vector, by what each step read,
/// where the way back is cut every `length` steps.
struct Truncated {
  Matrix last;
  std::vector<double> gradients;
};

Truncated truncated(Index length) {
  ParameterStore store(1);
  const RecurrentWeights w(store, "rnn", CellKind::rnn, d, d);
  const Matrix numbers = normal_matrix(n_steps, d, 3), zero = zeros(1, d),
               direction = normal_matrix(1, d, 4);
  std::vector<TokenId> places(n_steps);
  std::iota(places.begin(), places.end(), TokenId{0});
  Tape tape(Threads::serial());
  tape.begin(Mode::training);
  //! [truncation]
  const Variable x = tape.input(view_of(numbers), true);
  Variable h = tape.input(view_of(zero));
  for (Index t = 0; t < n_steps; ++t) {
    // The same numbers as a constant: no gradient goes back through it.
    if (t % length == 0) h = tape.input(h.value());
    h = rnn_cell(rows(x, std::span(places).subspan(static_cast<size_t>(t), 1)), h, w);
  }
  tape.backward(h, view_of(direction));
  //! [truncation]
  Truncated result{matrix_of<float>(h.value()), {}};
  for (Index t = 0; t < n_steps; ++t) {
    result.gradients.push_back(norm_of(x.gradient().rows(t, t + 1)));
  }
  return result;
}

/// The smallest recurrent network: a number that each of 50 steps multiplies by w, h = w^50, which
/// should become 1.
struct Multiplied {
  double w = 1.1;

  static constexpr double n_steps = 50;
  double loss() const { return std::pow(std::pow(w, n_steps) - 1, 2) / 2; }
  double gradient() const {
    return (std::pow(w, n_steps) - 1) * n_steps * std::pow(w, n_steps - 1);
  }
  //! [clip]
  void step(double rate, double clip_norm) {
    const double norm = std::abs(gradient());
    const double factor = norm > clip_norm ? clip_norm / norm : 1.0;
    w -= rate * factor * gradient();
  }
  //! [clip]
};

std::string told(double number) { return std::isfinite(number) ? power_text(number) : "no number"; }

}  // namespace

void show_truncation(const SceneRequest& request) {
  const Index every = request.integer("every", 1, n_steps);
  const Truncated whole = truncated(n_steps), cut = truncated(every);
  std::vector<TableRow> table;
  Index n_zeros = 0;
  for (size_t t = 0; t < n_steps; ++t) {
    table.push_back(
        {std::to_string(t), power_text(whole.gradients[t]), power_text(cut.gradients[t])});
    n_zeros += cut.gradients[t] == 0.0;
  }
  print_table({"step", "whole", fmt::format("cut every {} steps", every)}, table);
  value("steps whose gradient is exactly 0", n_zeros);
  value("the last states differ by", largest_difference(view_of(whole.last), view_of(cut.last)), 0);
}

void show_clipping(const SceneRequest&) {
  constexpr double rate = 0.01, never = std::numeric_limits<double>::infinity();
  Multiplied plain, clipped;
  int n_updates = 0;
  std::vector<TableRow> table;
  for (const int step : {0, 1, 2, 5, 9, 10}) {
    while (n_updates < step) plain.step(rate, never), clipped.step(rate, 1), ++n_updates;
    table.push_back({std::to_string(step), told(plain.w), told(plain.loss()),
                     number_text(clipped.w, 2), number_text(clipped.loss(), 1),
                     number_text(std::abs(clipped.gradient()), 0)});
  }
  print_table({"updates", "w", "loss", "w, clipped", "its loss", "length of its gradient"}, table);

  ReferenceCheck check(reference_file("09_recurrent_networks"));
  constexpr double most = 5;
  std::vector<TableRow> left;
  for (const char* size : {"small", "large", "huge"}) {
    const double norm = check.number(fmt::format("clipping/outputs/{}/norm", size));
    left.push_back({number_text(norm, 3), number_text(std::min(norm, most), 8),
                    number_text(norm * std::min(1.0, most / (norm + 1e-6)), 8),
                    number_text(check.number(fmt::format("clipping/outputs/{}/left", size)), 8)});
  }
  print_table({"length", "cut at 5", "5 / (length + 1e-6)", "PyTorch"}, left);
}

}  // namespace transformer
