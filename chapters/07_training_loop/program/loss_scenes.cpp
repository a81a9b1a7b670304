#include "chapters/07_training_loop/program/demonstrations.hpp"

#include <fmt/format.h>

#include <cmath>

#include "chapters/07_training_loop/program/plain.hpp"
#include "src/book/reference.hpp"
#include "src/book/sections.hpp"
#include "src/draw/figures.hpp"
#include "src/kernels/kernels.hpp"

namespace transformer {

namespace {

//! [smoothed_target]
/// The smoothed target of one token.
Matrix smoothed_target(Index n_vocabulary, TokenId right, float epsilon_ls) {
  Matrix target = zeros(1, n_vocabulary);
  target += epsilon_ls / static_cast<float>(n_vocabulary);
  target(0, static_cast<size_t>(right)) += 1 - epsilon_ls;
  return target;
}
//! [smoothed_target]

/// The loss of one row of logits.
double loss_of(const Matrix& logits, TokenId right, float epsilon_ls) {
  float loss = 0;
  cross_entropy(view_of(logits), {&right, 1}, epsilon_ls, 1, {&loss, 1}, Into::nowhere());
  return static_cast<double>(loss);
}

//! [naive_loss]
/// As the formula is written: sum_i target_i * -log(softmax(logits)_i).
double naive_loss(const Matrix& logits, const Matrix& target) {
  Matrix p = logits;
  softmax_forward(view_of(logits), 1, Mask::none, view_of(p));
  double loss = 0;
  for (size_t i = 0; i < p.size(); ++i)
    loss -= target(0, i) * std::log(static_cast<double>(p(0, i)));
  return loss;
}
//! [naive_loss]

constexpr Index n_words = 5;
constexpr TokenId right_word = 1;

/// Logits whose softmax gives the right word probability p, and all others the same.
Matrix logits_of_confidence(double p) {
  Matrix logits = zeros(1, n_words);
  logits += static_cast<float>(std::log((1 - p) / (n_words - 1)));
  logits(0, right_word) = static_cast<float>(std::log(p));
  return logits;
}

}  // namespace

void show_confidence(const SceneRequest& request) {
  const std::vector<float> epsilons = {0.0f, 0.1f, 0.3f};
  std::vector<Series> lines;
  TableRow head = {"probability of the right word"};
  for (const float epsilon_ls : epsilons) {
    head.push_back(fmt::format("epsilon_ls = {}", epsilon_ls));
    Series& line = lines.emplace_back(Series{head.back(), {}, {}});
    for (int i = 10; i < 200; ++i) {
      const double p = i / 200.0;
      line.x.push_back(p);
      line.y.push_back(loss_of(logits_of_confidence(p), right_word, epsilon_ls));
    }
  }
  std::vector<TableRow> table;
  for (const double p : {0.2, 0.5, 0.8, 0.92, 0.99, 0.9999}) {
    TableRow& row = table.emplace_back(TableRow{number_text(p, 4)});
    for (const float epsilon_ls : epsilons) {
      row.push_back(number_text(loss_of(logits_of_confidence(p), right_word, epsilon_ls)));
    }
  }
  print_table(head, table);
  // With epsilon_ls = 0.1, as some codes have it: 0.9 for the right word, 0.1 / 4 for each other.
  value("at 0.92, where only the wrong words share", -0.9 * std::log(0.92) - 0.1 * std::log(0.02),
        3);
  request.draw("confidence", line_chart(lines, {.title = "The loss against confidence, 5 words",
                                                .x_label = "probability of the right word",
                                                .y_label = "loss",
                                                .low_y = 0.0}));
}

void show_label_smoothing(const SceneRequest& request) {
  Matrix targets = zeros(2, n_words);
  xt::row(targets, 0) = xt::row(smoothed_target(n_words, right_word, 0.0f), 0);
  xt::row(targets, 1) = xt::row(smoothed_target(n_words, right_word, 0.1f), 0);
  const std::vector<std::string> rows = {"one-hot", "epsilon_ls = 0.1"},
                                 words = {"le", "chien", "chat", "dort", "</s>"};
  print_matrix("targets where 'chien' is right", view_of(targets),
               {.row_labels = rows, .column_labels = words, .digits = 2});
  request.draw("smoothed_target",
               heat_map(view_of(targets), {.title = "A target, and the same smoothed",
                                           .row_labels = rows,
                                           .column_labels = words,
                                           .low = 0.0,
                                           .high = 1.0,
                                           .numbers = true}));
}

void show_no_infinity(const SceneRequest&) {
  Matrix logits = zeros(1, n_words);
  logits(0, right_word) = 200;
  const Matrix target = smoothed_target(n_words, right_word, 0.1f);
  fmt::print("logits: 200 for the right word, 0 for the others\n");
  value("sum of target * -log(softmax)", naive_loss(logits, target), 3);
  value("straight from the logits", loss_of(logits, right_word, 0.1f), 3);
}

void show_loss_gradient(const SceneRequest&) {
  ReferenceCheck reference(reference_file("07_training_loop"));
  const Matrix logits = reference.input("loss/logits"),
               pytorch = reference.input("loss/gradients/logits");
  const TokenId right = reference.tokens("loss/targets")[0];
  const double epsilon_ls = reference.number("epsilon_ls");
  const auto n_rows = static_cast<double>(logits.shape(0));

  // The first row. PyTorch's loss is the mean over all rows.
  const size_t n = logits.shape(1);
  const std::vector<double> x(logits.data(), logits.data() + n);
  std::vector<double> dx(n), unused(n);
  const double loss = plain_loss(x, right, epsilon_ls, dx);
  const Matrix target =
      smoothed_target(static_cast<Index>(n), right, static_cast<float>(epsilon_ls));
  constexpr double h = 1.0 / 1024;
  std::vector<TableRow> table;
  for (size_t j = 0; j < n; ++j) {
    std::vector<double> above = x, below = x;
    above[j] += h;
    below[j] -= h;
    const double numeric = (plain_loss(above, right, epsilon_ls, unused) -
                            plain_loss(below, right, epsilon_ls, unused)) /
                           (2 * h);
    table.push_back({std::to_string(j), number_text(dx[j] + target(0, j), 4),
                     number_text(target(0, j), 4), number_text(dx[j], 4), number_text(numeric, 4),
                     number_text(n_rows * static_cast<double>(pytorch(0, j)), 4)});
  }
  value("loss of the first row", loss, 3);
  print_table({"token", "softmax", "target", "difference", "numeric", "PyTorch"}, table);
}

void show_agreement(const SceneRequest&) {
  const Matrix a = {{2.0f, 1.0f, 0.0f, -1.0f}}, b = {{1.0f, 1.5f, 0.0f, 0.0f}};
  const auto divergence_at = [&](const Matrix& at) {
    float d = 0;
    divergence(view_of(at), view_of(b), 1, {&d, 1}, {}, {});
    return static_cast<double>(d);
  };
  Matrix p = a, q = b, da = a, db = b;
  softmax_forward(view_of(a), 1, Mask::none, view_of(p));
  softmax_forward(view_of(b), 1, Mask::none, view_of(q));
  float apart = 0;
  divergence(view_of(a), view_of(b), 1, {&apart, 1}, view_of(da), view_of(db));

  constexpr float h = 1.0f / 64;
  std::vector<TableRow> table;
  for (size_t j = 0; j < a.size(); ++j) {
    Matrix above = a, below = a;
    above(0, j) += h;
    below(0, j) -= h;
    const double numeric = (divergence_at(above) - divergence_at(below)) / (2 * double{h});
    table.push_back({number_text(a(0, j), 1), number_text(b(0, j), 1), number_text(p(0, j), 4),
                     number_text(q(0, j), 4), number_text(da(0, j), 4), number_text(numeric, 4)});
  }
  value("KL(p || q) + KL(q || p)", apart, 4);
  print_table({"a", "b", "p", "q", "dD/da", "numeric"}, table);
}

}  // namespace transformer
