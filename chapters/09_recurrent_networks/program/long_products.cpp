// Against gradients that are long products: to cut the way back, and to cut the length.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "chapters/09_recurrent_networks/program/demonstrations.hpp"
#include "chapters/09_recurrent_networks/recurrence.hpp"
#include "src/book/descent.hpp"
#include "src/book/examples.hpp"
#include "src/book/reference.hpp"
#include "src/book/sections.hpp"

namespace transformer {
namespace {

double norm_of(ConstMatrixView x) { return std::sqrt(inner_product(x, x)); }

constexpr Index n_steps = 12, d = 4;

/// The gradient of the last state, times a fixed vector, by what each step read, where the way back
/// is cut every `length` steps.
std::vector<double> truncated(Index length) {
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
  std::vector<double> norms;
  for (Index t = 0; t < n_steps; ++t) {
    const bool has_gradient = x.has_gradient();
    norms.push_back(has_gradient ? norm_of(x.gradient().rows(t, t + 1)) : 0.0);
  }
  return norms;
}

/// Eight sequences of random numbers that a plain layer puts into one of four classes.
struct Classifier {
  static constexpr Index n_sequences = 8, width = 16, n_classes = 4;

  Classifier(Index length, float growth) : zero(zeros(n_sequences, width)) {
    // Each state is the one before times `growth`, its numbers moved on by one place.
    const MatrixView w_h = store.at("rnn.w_h").value();
    std::fill_n(w_h.data, w_h.size(), 0.0f);
    for (Index i = 0; i < width; ++i) w_h(i, (i + 1) % width) = growth;
    for (Index s = 0; s < n_sequences; ++s) {
      offsets.push_back(offsets.back() + length);
      right.push_back(static_cast<TokenId>(s % n_classes));
    }
    x = normal_matrix(offsets.back(), width, 5, 1e-6);
  }

  /// The loss, whose gradients are in the store then.
  double loss() {
    tape.begin(Mode::training);
    store.forget_gradients();
    const TimeSteps steps(tape, {offsets});
    const Variable states =
        rnn(rows(tape.input(view_of(x)), steps.rows), w, tape.input(view_of(zero)), steps);
    const Variable logits = linear(rows(states, steps.last), w_out);
    const double found = learn_classes(logits, right);
    store.complete_gradients();
    return found;
  }
  double gradient_norm() { return std::sqrt(sum_of_squares(store.gradients())); }

  ParameterStore store{1};
  RecurrentWeights w{store, "rnn", CellKind::rnn, width, width};
  Variable w_out = store.add("w_out", width, n_classes, Initial::glorot(width, n_classes));
  Matrix x, zero;
  std::vector<Index> offsets = {0};
  std::vector<TokenId> right;
  Tape tape{Threads::serial()};
};

/// The loss after one step of the given rate, with the gradient cut at `clip_norm`, or not at all.
double loss_after_a_step(Index length, float growth, float rate, double clip_norm) {
  Classifier classifier(length, growth);
  classifier.loss();
  //! [clip]
  const double norm = classifier.gradient_norm();
  const double factor = norm > clip_norm ? clip_norm / norm : 1.0;
  descend(classifier.store, rate * static_cast<float>(factor));
  //! [clip]
  return classifier.loss();
}

}  // namespace

void show_truncation(const SceneRequest& request) {
  const Index every = request.integer("every", 1, n_steps);
  const std::vector<double> whole = truncated(n_steps), cut = truncated(every);
  std::vector<TableRow> table;
  Index n_zeros = 0;
  for (size_t t = 0; t < n_steps; ++t) {
    table.push_back({std::to_string(t), power_text(whole[t]), power_text(cut[t])});
    n_zeros += cut[t] == 0.0;
  }
  print_table({"step", "whole", fmt::format("cut every {} steps", every)}, table);
  value("steps whose gradient is exactly 0", n_zeros);
}

void show_clipping(const SceneRequest&) {
  constexpr float growth = 1.5f, rate = 0.5f;
  std::vector<TableRow> table;
  for (const Index length : {5, 10, 15, 20, 25}) {
    Classifier classifier(length, growth);
    const double before = classifier.loss();
    table.push_back({std::to_string(length), power_text(classifier.gradient_norm()),
                     number_text(before, 3),
                     number_text(loss_after_a_step(length, growth, rate, 1e30), 3),
                     number_text(loss_after_a_step(length, growth, rate, 1.0), 3)});
  }
  print_table({"steps", "length of the gradient", "loss", "after a step", "after a clipped step"},
              table);

  ReferenceCheck check(reference_file("09_recurrent_networks"));
  std::vector<TableRow> factors;
  for (const char* size : {"large", "huge"}) {
    const Matrix gradient = check.input(fmt::format("clipping/{}/gradient", size)),
                 clipped = check.input(fmt::format("clipping/outputs/{}/clipped", size));
    const double norm = norm_of(view_of(gradient)), left = norm_of(view_of(clipped));
    factors.push_back({number_text(norm, 3), number_text(left, 6)});
  }
  print_table({"length of a gradient", "what PyTorch leaves of it, cut at 5"}, factors);
}

}  // namespace transformer
