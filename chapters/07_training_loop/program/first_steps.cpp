#include "chapters/07_training_loop/program/demonstrations.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "chapters/06_decoder/program/reverser.hpp"
#include "chapters/07_training_loop/optimizer.hpp"
#include "chapters/07_training_loop/program/tasks.hpp"
#include "chapters/07_training_loop/translation_loss.hpp"
#include "src/book/sections.hpp"

namespace transformer {

void show_batch(const SceneRequest&) {
  TranslationBatch batch;
  for (const std::string word : {"cab", "fig", "hide"}) {
    append_pair(tokens_of(word), tokens_of(backwards(word)), batch);
  }
  const auto letters = [](const std::vector<TokenId>& tokens) {
    return fmt::format("{}", fmt::join(letters_of(tokens), " "));
  };
  const std::vector<TableRow> rows = {
      {"encoder reads", letters(batch.source.tokens)},
      {"decoder reads", letters(batch.target_input.tokens)},
      {"must predict", letters(batch.target_output)},
  };
  print_table({"", "three words to be written backwards"}, rows);
  fmt::print("the sentences begin at rows: {}\n", fmt::join(batch.source.offsets, ", "));
}

namespace {

/// A model for words of a few letters, and how it moves.
struct Learner {
  ParameterStore store{1};
  Transformer model{store,
                    {.d_model = 32, .d_ff = 64, .n_heads = 4, .n_layers = 1, .p_drop = 0.0f},
                    n_task_vocabulary};
  Optimizer optimizer{store, {}, [](std::int64_t) { return 0.003; }};
  Tape tape{Threads::serial()};

  double loss_of(const TranslationBatch& batch) {
    tape.begin(Mode::inference);
    return translation_loss(model, tape, batch, 0.0f).value()(0, 0);
  }
  //! [one_step]
  void learn(const TranslationBatch& batch, std::int64_t step) {
    tape.begin(Mode::training);  // forget the step before
    store.forget_gradients();
    const Variable loss = translation_loss(model, tape, batch, 0.0f);  // forward: how wrong?
    tape.backward(loss);                     // backward: which way is it less wrong?
    optimizer.update(step, tape.threads());  // update: a little that way
  }
  //! [one_step]
};

}  // namespace

void show_one_batch(const SceneRequest&) {
  const TranslationBatch learned = random_words(Task::reversing, 16, 1),
                         other = random_words(Task::reversing, 16, 2);
  Learner learner;
  std::vector<TableRow> table;
  for (std::int64_t step = 0; step <= 200; ++step) {
    if (step > 0) learner.learn(learned, step);
    if (step > 2 && step != 10 && step != 25 && step % 50 != 0) continue;
    table.push_back({std::to_string(step), number_text(learner.loss_of(learned), 2),
                     number_text(learner.loss_of(other), 2)});
  }
  print_table({"steps", "loss of the words it learns from", "loss of other words"}, table);
}

}  // namespace transformer
