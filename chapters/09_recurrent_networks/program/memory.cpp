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
    const Variable start = zero_state(tape, texts.n_sentences(), is_lstm ? 2 * d : d);
    const Variable states = (is_lstm ? lstm : rnn)(x, w, start, steps);
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

// ---- Which way to read, and how far -----------------------------------------------------------

namespace {

struct Way {
  const char* name;
  EncoderReading reading;
};
constexpr Way ways[] = {{"forwards", EncoderReading::forwards},
                        {"backwards", EncoderReading::backwards},
                        {"both ways", EncoderReading::both}};

/// The mean loss of the last 20 of some steps of learning to copy words.
double loss_of_copying(EncoderReading reading, std::uint64_t seed, std::uint32_t n_steps) {
  Writer writer({.reading = reading, .d_model = 32}, seed);
  double sum = 0;
  for (std::uint32_t step = 1; step <= n_steps; ++step) {
    const double loss = writer.step(task_batch(WordTask::copying, {64, 3, 8}, step));
    if (step + 20 > n_steps) sum += loss / 20;
  }
  return sum;
}

constexpr std::uint32_t longest_learned = 10;

/// How many letters at each place of a word of ten are foretold, in percent.
std::vector<double> right_by_place(Writer& writer) {
  constexpr std::uint32_t n = 1000, length = longest_learned;
  const std::vector<bool> is_right =
      writer.foretold(task_batch(WordTask::copying, {n, length, length}, 2000000));
  std::vector<double> percent(length);
  // Each sentence has its end mark, too.
  for (size_t i = 0; i < is_right.size(); ++i) {
    if (i % (length + 1) < length && is_right[i]) percent[i % (length + 1)] += 100.0 / n;
  }
  return percent;
}

/// How many letters of written words are right, in percent.
double right_of_length(Writer& writer, std::uint32_t length) {
  const TranslationBatch asked =
      task_batch(WordTask::copying, {200, length, length}, 1000000 + length);
  return percent_right(writer.write(asked.source), asked);
}

}  // namespace

void show_reversed_source(const SceneRequest& request) {
  const auto n_steps = static_cast<std::uint32_t>(request.integer("steps", 20, 100000));
  std::vector<TableRow> table;
  for (const Way way : ways) {
    TableRow& row = table.emplace_back(TableRow{way.name});
    double sum = 0;
    for (const std::uint64_t seed : {1, 2, 3}) {
      const double loss = loss_of_copying(way.reading, seed, n_steps);
      row.push_back(number_text(loss, 2));
      sum += loss;
    }
    row.push_back(number_text(sum / 3, 2));
  }
  print_table({"the source is read", "loss, seed 1", "seed 2", "seed 3", "mean"}, table);
}

void show_early_words(const SceneRequest& request) {
  const auto n_steps = static_cast<std::uint32_t>(request.integer("steps", 1, 100000));
  std::vector<Series> by_length, by_place;
  for (const Way way : ways) {
    Writer writer({.reading = way.reading, .d_model = 64});
    for (std::uint32_t step = 1; step <= n_steps; ++step) {
      writer.step(task_batch(WordTask::copying, {64, 1, longest_learned}, step));
    }
    Series& lengths = by_length.emplace_back(Series{way.name, {}, {}});
    for (const std::uint32_t length : {2, 4, 6, 8, 10, 12, 15, 20, 30, 40}) {
      lengths.x.push_back(length), lengths.y.push_back(right_of_length(writer, length));
    }
    Series& places = by_place.emplace_back(Series{way.name, {}, right_by_place(writer)});
    for (size_t i = 0; i < longest_learned; ++i) places.x.push_back(static_cast<double>(i));
  }
  const auto show = [&](const std::string& name, const std::string& what, const std::string& title,
                        const std::vector<Series>& lines) {
    TableRow head = {what};
    for (const Series& line : lines) head.push_back(line.name);
    std::vector<TableRow> table;
    for (size_t i = 0; i < lines[0].x.size(); ++i) {
      TableRow& row = table.emplace_back(TableRow{number_text(lines[0].x[i], 0)});
      for (const Series& line : lines) row.push_back(number_text(line.y[i], 1));
    }
    print_table(head, table);
    request.draw(name, line_chart(lines, {.title = title,
                                          .x_label = what,
                                          .y_label = "letters right, %",
                                          .low_y = 0.0,
                                          .high_y = 100.0}));
  };
  fmt::print("letters right, in percent\n");
  show("by_length", "letters of a word", "Learned with up to 10 letters", by_length);
  show("by_place", "place in a word of 10", "With the right letters before it", by_place);
}

}  // namespace transformer
