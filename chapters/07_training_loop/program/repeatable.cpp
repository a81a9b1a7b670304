#include "chapters/07_training_loop/program/repeatable.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <filesystem>
#include <numeric>
#include <vector>

#include "chapters/07_training_loop/loss.hpp"
#include "chapters/07_training_loop/program/tasks.hpp"
#include "chapters/07_training_loop/trainer.hpp"
#include "chapters/07_training_loop/translation_loss.hpp"
#include "src/book/examples.hpp"
#include "src/book/sections.hpp"
#include "src/io/checkpoint.hpp"
#include "src/system/machine.hpp"

namespace transformer {

// ---- Chunks of rows ---------------------------------------------------------------------------

namespace {

/// Loss and gradients of 2048 rows and a vocabulary of 8192, and the memory that they took.
struct LossRun {
  explicit LossRun(bool in_chunks) {
    constexpr Index n_rows = 2048, n_vocabulary = 8192, d_model = 16;
    const Matrix y_value = normal_matrix(n_rows, d_model, 1),
                 table_value = normal_matrix(n_vocabulary, d_model, 2);
    std::vector<TokenId> targets(n_rows);
    std::iota(targets.begin(), targets.end(), TokenId{3});
    Tape tape(Threads::serial());
    tape.begin(Mode::training);
    const Variable y = tape.input(view_of(y_value), true),
                   table = tape.input(view_of(table_value), true);
    const Variable mean =
        in_chunks ? projected_cross_entropy(y, table, targets, 0.1f)
                  : label_smoothed_cross_entropy(project_to_vocabulary(y, table), targets, 0.1f);
    tape.backward(mean);
    loss = mean.value()(0, 0);
    dy = matrix_of<float>(y.gradient());
    dtable = matrix_of<float>(table.gradient());
    megabytes = static_cast<double>(tape.arena().peak()) / 1e6;
  }
  double loss = 0, megabytes = 0;
  Matrix dy, dtable;
};

}  // namespace

void show_chunks(const SceneRequest&) {
  const LossRun whole(false), chunks(true);
  print_table({"2048 rows, 8192 tokens", "loss", "memory, MB"},
              std::vector<TableRow>{
                  {"all logits at once", number_text(whole.loss), number_text(whole.megabytes, 1)},
                  {"in chunks", number_text(chunks.loss), number_text(chunks.megabytes, 1)}});
  fmt::print("largest difference of dy: {}, of dE: {}\n",
             power_text(largest_difference(view_of(whole.dy), view_of(chunks.dy))),
             power_text(largest_difference(view_of(whole.dtable), view_of(chunks.dtable))));
}

// ---- The same bits ----------------------------------------------------------------------------

namespace {

constexpr std::int64_t n_steps = 20;

/// A small model with dropout, and its training.
struct Run {
  explicit Run(Threads& threads)
      : model(store, {.d_model = 32, .d_ff = 64, .n_heads = 4, .n_layers = 1}, n_task_vocabulary),
        trainer(store, paper_schedule(32, 10), threads) {}

  void train_up_to(std::int64_t last) {
    while (trainer.n_steps() < last) {
      const TranslationBatch batch =
          random_words(Task::reversing, 64, static_cast<std::uint32_t>(trainer.n_steps()));
      trainer.step([&](Tape& tape) { return translation_loss(model, tape, batch, 0.1f); });
    }
  }

  ParameterStore store{1};
  Transformer model;
  Trainer trainer;
};

/// Trains half way, saves, and goes on in another model that knows nothing but the file, with or
/// without Adam's moments in it.
void train_with_a_stop(Run& resumed, bool has_moments) {
  const std::filesystem::path file = std::filesystem::temp_directory_path() /
                                     fmt::format("stopped-{}.safetensors", machine::process_id());
  Run stopped(Threads::serial());
  stopped.train_up_to(n_steps / 2);
  save_checkpoint(file, stopped.store, {{"step", fmt::to_string(stopped.trainer.n_steps())}});

  const Checkpoint checkpoint(file);
  checkpoint.load_into(resumed.store);
  if (!has_moments) {
    std::ranges::fill(resumed.store.first_moments(), 0.0f);
    std::ranges::fill(resumed.store.second_moments(), 0.0f);
  }
  resumed.trainer.set_n_steps(checkpoint.integer("step"));
  resumed.train_up_to(n_steps);
  std::filesystem::remove(file);
}

int n_different_bits(Run& a, Run& b) {
  int n = 0;
  for (size_t i = 0; i < a.store.values().size(); ++i) {
    n += std::popcount(std::bit_cast<std::uint32_t>(a.store.values()[i]) ^
                       std::bit_cast<std::uint32_t>(b.store.values()[i]));
  }
  return n;
}

}  // namespace

void show_repeatability(const SceneRequest&) {
  Threads three(3);
  Run serial(Threads::serial()), threaded(three), resumed(Threads::serial()),
      forgetful(Threads::serial());
  serial.train_up_to(n_steps);
  threaded.train_up_to(n_steps);
  Run early(Threads::serial());
  early.train_up_to(n_steps - 1);
  train_with_a_stop(resumed, true);
  train_with_a_stop(forgetful, false);
  value("parameters", serial.store.n_parameters());
  value("bits that differ with three threads", n_different_bits(serial, threaded));
  value("bits that differ after stop and resume", n_different_bits(serial, resumed));
  value("bits that differ after a stop that forgets Adam's moments",
        n_different_bits(serial, forgetful));
  value("bits that differ one step earlier", n_different_bits(serial, early));
}

}  // namespace transformer
