#include <fmt/format.h>

#include <algorithm>

#include "chapters/07_training_loop/loss.hpp"
#include "chapters/09_recurrent_networks/program/demonstrations.hpp"
#include "chapters/09_recurrent_networks/program/tasks.hpp"
#include "src/book/descent.hpp"
#include "src/book/sections.hpp"
#include "src/draw/figures.hpp"

namespace transformer {
namespace {

// ---- A letter that is asked for later ---------------------------------------------------------

constexpr TokenId n_remembered = 4, n_others = 4;

/// One of four letters, then `distance` others; the first one is asked for.
PackedSentences recall_texts(std::uint32_t number, Index n, Index distance,
                             std::vector<TokenId>& first) {
  const RandomKey key{9, number};
  std::uint64_t n_drawn = 0;
  PackedSentences texts;
  first.clear();
  for (Index s = 0; s < n; ++s) {
    first.push_back(static_cast<TokenId>(key.below(n_drawn++, n_remembered)));
    texts.push(first.back());
    for (Index i = 0; i < distance; ++i) {
      texts.push(n_remembered + static_cast<TokenId>(key.below(n_drawn++, n_others)));
    }
    texts.end_sentence();
  }
  return texts;
}

struct Memory {
  CellKind kind;
  float forget_bias;
};

/// Of 400 new texts, how many are answered right, in percent.
double recalled(const Memory& memory, Index distance, std::uint32_t n_steps) {
  constexpr Index d = 16, n_asked = 400;
  ParameterStore store(1);
  const Embedding embedding(store, "embedding", n_remembered + n_others, d);
  const RecurrentWeights w(store, "layer", memory.kind, d, d, memory.forget_bias);
  const Variable w_out = store.add("w_out", d, n_remembered, Initial::glorot(d, n_remembered));
  Trainer trainer(store, inverse_sqrt_schedule(0.01, 20), Threads::serial(), 1,
                  {.clip_norm = 1.0f});
  const bool is_lstm = memory.kind == CellKind::lstm;
  std::vector<TokenId> first;
  PackedSentences texts;
  const auto logits = [&](Tape& tape) {
    const TimeSteps steps(tape, texts.segments());
    const Variable x = embedding(tape, in_time_order(tape, texts.tokens, steps));
    const MatrixView zero = tape.scratch({texts.n_sentences(), is_lstm ? 2 * d : d});
    std::fill_n(zero.data, zero.size(), 0.0f);
    const Variable states = (is_lstm ? lstm : rnn)(x, w, tape.input(zero), steps);
    const Variable h = is_lstm ? split_columns<2>(states)[0] : states;
    return linear(rows(h, steps.last), w_out);
  };
  for (std::uint32_t step = 1; step <= n_steps; ++step) {
    texts = recall_texts(step, 32, distance, first);
    trainer.step(
        [&](Tape& tape) { return label_smoothed_cross_entropy(logits(tape), first, 0.0f); });
  }
  texts = recall_texts(1000000, n_asked, distance, first);
  trainer.tape().begin(Mode::inference);
  return 100.0 * static_cast<double>(n_right(logits(trainer.tape()).value(), first)) / n_asked;
}

}  // namespace

void show_recall(const SceneRequest& request) {
  const auto n_steps = static_cast<std::uint32_t>(request.integer("steps", 1, 100000));
  std::vector<TableRow> table;
  for (const Index distance : {5, 10, 20, 40}) {
    TableRow& row = table.emplace_back(TableRow{std::to_string(distance)});
    for (const Memory memory : {Memory{CellKind::rnn, 0}, Memory{CellKind::lstm, 0},
                                Memory{CellKind::lstm, 1}, Memory{CellKind::lstm, 4}}) {
      row.push_back(number_text(recalled(memory, distance, n_steps), 0));
    }
  }
  fmt::print("letters recalled, in percent; 25 is chance\n");
  print_table({"letters in between", "RNN", "LSTM, forget bias 0", "1", "4"}, table);
}

// ---- Which way to read ------------------------------------------------------------------------

void show_reversed_source(const SceneRequest&) {
  constexpr std::uint32_t n_steps = 300;
  const WordSizes sizes{64, 3, 6};
  struct Way {
    const char* name;
    EncoderReading reading;
  };
  const TranslationBatch asked = task_batch(WordTask::copying, {500, 3, 6}, 1000000);
  std::vector<TableRow> table;
  for (const Way way :
       {Way{"forwards", EncoderReading::forwards}, Way{"backwards", EncoderReading::backwards},
        Way{"both ways", EncoderReading::both}}) {
    Writer writer({.reading = way.reading, .d_model = 32});
    double loss = 0;
    for (std::uint32_t step = 1; step <= n_steps; ++step) {
      loss = writer.step(task_batch(WordTask::copying, sizes, step));
    }
    table.push_back({way.name, std::to_string(writer.n_parameters()), number_text(loss, 2),
                     number_text(percent_right(writer.write(asked.source), asked), 1)});
  }
  print_table({"the source is read", "parameters", "loss", "letters right, %"}, table);
}

// ---- Early words ------------------------------------------------------------------------------

void show_early_words(const SceneRequest& request) {
  const auto n_steps = static_cast<std::uint32_t>(request.integer("steps", 1, 100000));
  constexpr std::uint32_t longest = 10;
  Writer writer({.d_model = 64});
  for (std::uint32_t step = 1; step <= n_steps; ++step) {
    writer.step(task_batch(WordTask::copying, {64, 1, longest}, step));
  }
  Series by_length{"letters right", {}, {}}, by_position{"letters right", {}, {}};
  std::vector<TableRow> table;
  for (const std::uint32_t length : {2, 4, 6, 8, 10, 12, 15, 20, 30, 40}) {
    const TranslationBatch asked =
        task_batch(WordTask::copying, {200, length, length}, 1000000 + length);
    const double right = percent_right(writer.write(asked.source), asked);
    by_length.x.push_back(length), by_length.y.push_back(right);
    table.push_back({std::to_string(length), number_text(right, 1)});
  }
  print_table({"letters of a word", "right, %"}, table);

  const TranslationBatch asked = task_batch(WordTask::copying, {1000, longest, longest}, 2000000);
  const std::vector<std::string> written = writer.write(asked.source);
  std::vector<TableRow> positions;
  for (size_t i = 0; i < longest; ++i) {
    double n_right = 0;
    for (Index s = 0; s < 1000; ++s) {
      const std::string& word = written[static_cast<size_t>(s)];
      n_right += i < word.size() && word[i] == target_word(asked, s)[i];
    }
    by_position.x.push_back(static_cast<double>(i)), by_position.y.push_back(n_right / 10);
    positions.push_back({std::to_string(i), number_text(n_right / 10, 1)});
  }
  print_table({"place in a word of 10", "right, %"}, positions);
  request.draw("by_length", line_chart(std::vector<Series>{by_length},
                                       {.title = "Learned up to 10 letters, asked for up to 40",
                                        .x_label = "letters of a word",
                                        .y_label = "letters right, %",
                                        .low_y = 0.0,
                                        .high_y = 100.0}));
  request.draw("by_position", line_chart(std::vector<Series>{by_position},
                                         {.title = "Words of 10 letters, place by place",
                                          .x_label = "place",
                                          .y_label = "letters right, %",
                                          .low_y = 0.0,
                                          .high_y = 100.0}));
}

}  // namespace transformer
