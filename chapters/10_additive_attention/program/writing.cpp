#include "chapters/10_additive_attention/program/writing.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "chapters/10_additive_attention/program/demonstrations.hpp"
#include "src/book/examples.hpp"
#include "src/book/sections.hpp"
#include "src/draw/figures.hpp"

namespace transformer {

AttentiveWriter::AttentiveWriter(const AttentiveConfig& config, std::uint64_t seed)
    : store_(seed),
      model_(store_, config, Vocabulary::n_special + n_word_letters),
      trainer_(store_, inverse_sqrt_schedule(0.01, 50), Threads::serial(), 1, {.clip_norm = 1.0f}) {
}

void AttentiveWriter::look_everywhere() {
  const Parameter& v = store_.at("attention.v");
  std::fill_n(v.value().data, v.value().size(), 0.0f);
  v.freeze();
}

void AttentiveWriter::step(const TranslationBatch& batch) {
  trainer_.step([&](Tape& tape) { return translation_loss(model_, tape, batch, 0.0f); });
}

std::vector<std::string> AttentiveWriter::write(const PackedSentences& source) {
  std::vector<std::string> words;
  for (const Translation& written : greedy_decode(model_, trainer_.tape(), source)) {
    words.push_back(letters(written.tokens));
  }
  return words;
}

namespace {

constexpr Index d_model = 32;
constexpr WordSizes learned = {32, 3, 8};

/// Learns to write words backwards.
template <class AnyWriter>
void learn(AnyWriter& writer, std::uint32_t n_steps) {
  for (std::uint32_t step = 1; step <= n_steps; ++step) {
    writer.step(task_batch(WordTask::reversing, learned, step));
  }
}

/// What a writer has learned: letters right of words of three lengths, in percent.
template <class AnyWriter>
TableRow row_of(const std::string& name, AnyWriter& writer) {
  TableRow row = {name};
  for (const std::uint32_t length : {4, 8, 16}) {
    const TranslationBatch asked =
        task_batch(WordTask::reversing, {100, length, length}, 1000000 + length);
    row.push_back(number_text(percent_right(writer.write(asked.source), asked), 1));
  }
  return row;
}

}  // namespace

void show_combinations(const SceneRequest& request) {
  const auto n_steps = static_cast<std::uint32_t>(request.integer("steps", 1, 100000));
  std::vector<TableRow> table;
  Writer from_context({.d_model = d_model});
  learn(from_context, n_steps);
  table.push_back(row_of("a context vector (chapter 09)", from_context));
  AttentiveWriter from_mean({.cell = AttentiveCell::lstm, .d_model = d_model});
  from_mean.look_everywhere();
  learn(from_mean, n_steps);
  table.push_back(row_of("the mean of all states", from_mean));
  for (const AttentionScore score : {AttentionScore::additive, AttentionScore::dot_product}) {
    AttentiveWriter writer({.cell = AttentiveCell::lstm, .score = score, .d_model = d_model});
    learn(writer, n_steps);
    const bool is_additive = score == AttentionScore::additive;
    table.push_back(row_of(is_additive ? "learned, additive" : "learned, dot product", writer));
  }
  const auto show = [&](const std::string& name, size_t row, size_t column) {
    value_line(name, table[row][column]);
  };
  fmt::print("letters right, in percent\n");
  print_table({"what the decoder gets", "4 letters", "8 letters", "16 letters"}, table);
  show("context vector, 8 letters", 0, 2);
  show("additive, 8 letters", 2, 2);
  show("additive, 16 letters", 2, 3);
}

void show_reversal(const SceneRequest& request) {
  AttentiveWriter writer({.d_model = d_model});
  learn(writer, 300);
  constexpr Index n = 8;
  const TranslationBatch word = task_batch(WordTask::reversing, {1, n, n}, 5);
  const Matrix weights = alignment(writer.model(), writer.tape(), word.source, word.target_input);
  double on_it = 0, beside = 0;
  for (Index i = 0; i < n; ++i) {
    const Index j = n - 1 - i;
    const auto share = [&](Index place) { return static_cast<double>(weights(i, place)) / n; };
    on_it += share(j);
    beside += share(j + 1) + (j > 0 ? share(j - 1) : 0.0);
  }
  fmt::print("read {}, wrote {}\n", source_word(word, 0), writer.write(word.source)[0]);
  value("share on the other diagonal, %", 100 * on_it, 1);
  value("share on the places beside it, %", 100 * beside, 1);
  value("share if it looked everywhere alike, %", 100.0 / (n + 1), 1);

  const auto labels = [](const std::string& text) {
    std::vector<std::string> list;
    for (const char letter : text) list.emplace_back(1, letter);
    list.emplace_back("end");
    return list;
  };
  request.draw("alignment",
               heat_map(view_of(weights), {.title = "Where it looks for each letter that it writes",
                                           .x_label = "read",
                                           .y_label = "to be written",
                                           .row_labels = labels(target_word(word, 0)),
                                           .column_labels = labels(source_word(word, 0)),
                                           .low = 0.0,
                                           .high = 1.0}));
}

void show_first_steps(const SceneRequest&) {
  AttentiveWriter writer({.d_model = d_model});
  const Parameter& v = writer.store().at("attention.v");
  std::fill_n(v.value().data, v.value().size(), 0.0f);
  std::vector<TableRow> table;
  for (std::uint32_t step = 1; step <= 3; ++step) {
    writer.step(task_batch(WordTask::reversing, learned, step));
    TableRow& row = table.emplace_back(TableRow{std::to_string(step)});
    for (const char* path : {"attention.w_query", "attention.w_key", "attention.v"}) {
      const ConstMatrixView gradient = writer.store().at(path).variable.gradient();
      row.push_back(power_text(norm_of(gradient)));
    }
  }
  fmt::print("lengths of the gradients\n");
  print_table({"step", "of W", "of U", "of v"}, table);
  value_line("gradient of W in the first step", table[0][1]);
  value_line("gradient of U in the first step", table[0][2]);
  value_line("gradient of v in the first step", table[0][3]);
}

}  // namespace transformer
