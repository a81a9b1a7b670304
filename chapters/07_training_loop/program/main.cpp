// Shows how a model learns: smoothed targets, the schedule, Adam, two tasks learned live, and the
// gradient of a whole model checked.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "chapters/06_decoder/transformer.hpp"
#include "chapters/07_training_loop/loss.hpp"
#include "chapters/07_training_loop/program/demonstrations.hpp"
#include "chapters/07_training_loop/program/repeatable.hpp"
#include "chapters/07_training_loop/program/tasks.hpp"
#include "src/book/examples.hpp"
#include "src/book/model_formulas.hpp"
#include "src/book/scenes.hpp"
#include "src/book/sections.hpp"

namespace transformer {
namespace {

// ---- The gradient of a whole model ------------------------------------------------------------

constexpr float epsilon_ls = 0.1f;

/// A model with all its parameters as one long vector, and its loss on one batch. Dropout is on:
/// the same step draws the same masks.
class LossOfParameters {
 public:
  LossOfParameters()
      : model_(store_, {.d_model = 16, .d_ff = 32, .n_heads = 2, .n_layers = 2}, n_task_vocabulary),
        batch_(random_words(Task::reversing, 16, 1)),
        tape_(Threads::serial()) {}

  std::span<float> parameters() { return store_.values(); }
  /// In double precision from the logits on, so that small differences of it mean something.
  double loss() {
    const MatrixOf<double> exact = matrix_of<double>(logits().value());
    return formula::mean_cross_entropy(exact, batch_.target_output, epsilon_ls);
  }
  std::span<const float> gradient() {
    store_.forget_gradients();
    const Variable x = logits();
    tape_.backward(label_smoothed_cross_entropy(x, batch_.target_output, epsilon_ls));
    store_.complete_gradients();
    return store_.gradients();
  }

 private:
  Variable logits() {
    tape_.begin(Mode::training, 1, 1);
    const Variable memory = model_.encode(tape_, batch_.source);
    const Variable y = model_.decode(batch_.target_input, memory, batch_.source.segments());
    return model_.logits(y);
  }

  ParameterStore store_{1};
  Transformer model_;
  TranslationBatch batch_;
  Tape tape_;
};

//! [directional_derivative]
/// (loss(p + h u) - loss(p - h u)) / 2h: how the loss changes as all parameters move along u.
double numeric_derivative(LossOfParameters& f, std::span<const float> u, float h) {
  const std::vector<float> kept(f.parameters().begin(), f.parameters().end());
  const auto loss_at = [&](float step) {
    for (size_t i = 0; i < kept.size(); ++i) f.parameters()[i] = kept[i] + step * u[i];
    return f.loss();
  };
  const double difference = loss_at(h) - loss_at(-h);
  std::copy(kept.begin(), kept.end(), f.parameters().begin());
  return difference / (2 * static_cast<double>(h));
}
//! [directional_derivative]

void show_gradient_check(const SceneRequest&) {
  LossOfParameters f;
  const std::span<const float> found = f.gradient();
  const std::vector<float> gradient(found.begin(), found.end());
  const auto n = static_cast<Index>(gradient.size());
  const ConstMatrixView as_row(gradient.data(), 1, n);
  const double length = std::sqrt(inner_product(as_row, as_row));

  std::vector<TableRow> table;
  for (std::uint64_t seed = 0; seed < 4; ++seed) {
    Matrix u = seed == 0 ? matrix_of<float>(as_row) : normal_matrix(1, n, seed);
    u /= static_cast<float>(std::sqrt(inner_product(view_of(u), view_of(u))));
    const float h = seed == 0 ? 0x1p-13f : 0x1p-9f;
    const std::span<const float> direction(u.data(), u.size());
    table.push_back({seed == 0 ? "along the gradient" : fmt::format("random {}", seed),
                     number_text(inner_product(as_row, view_of(u)), 4),
                     number_text(numeric_derivative(f, direction, h), 4)});
  }
  value("loss", f.loss(), 3);
  value("length of the gradient", length, 3);
  print_table({"direction", "analytic", "numeric"}, table);
}

const Chapter chapter = {
    "07_training_loop",
    "How a model learns.",
    {{"batch", "what a step takes in", show_batch},
     {"one_batch", "a batch learned by heart, and another", show_one_batch},
     {"label_smoothing", "a target, and the same smoothed", show_label_smoothing},
     {"confidence", "the loss against the confidence", show_confidence},
     {"no_infinity", "no logit makes the loss infinite", show_no_infinity},
     {"loss_gradient", "the gradient of the loss, found in three ways", show_loss_gradient},
     {"chunks", "the loss in chunks of rows", show_chunks},
     {"agreement", "two predictions, and how far they are apart", show_agreement},
     {"two_slopes", "one rate for two parameters, and Adam", show_two_slopes},
     {"bias_correction", "Adam's first steps", show_bias_correction},
     {"schedule", "the learning rate of three models", show_schedule},
     {"gradient_check", "the gradient of a whole model, checked", show_gradient_check},
     {"learning", "two tasks learned live", show_learning},
     {"learned", "what became of them", show_learned},
     {"repeatable", "the same bits with three threads, and after a stop", show_repeatability}},
    check_reference};

}  // namespace
}  // namespace transformer

int main(int argc, char** argv) {
  return transformer::run_chapter(argc, argv, transformer::chapter);
}
