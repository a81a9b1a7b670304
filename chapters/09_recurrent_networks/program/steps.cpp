#include <fmt/format.h>

#include <cmath>

#include "chapters/09_recurrent_networks/program/demonstrations.hpp"
#include "chapters/09_recurrent_networks/sequence_to_sequence.hpp"
#include "src/base/philox.hpp"
#include "src/book/examples.hpp"
#include "src/book/sections.hpp"

namespace transformer {
namespace {

const std::vector<std::string> words = {"the", "dog", "ate", "the", "cat"};
const std::vector<Index> one_sentence = {0, 5};

void set(ParameterStore& store, const std::string& path, const Matrix& numbers) {
  const MatrixView place = store.at(path).value();
  copy_to(view_of(numbers), place);
}

}  // namespace

void show_rnn_by_hand(const SceneRequest& request) {
  ParameterStore store(1);
  const RecurrentWeights w(store, "rnn", CellKind::rnn, 2, 2);
  set(store, "rnn.w_x", {{0.5f, -1.0f}, {1.0f, 0.5f}});
  set(store, "rnn.w_h", {{0.6f, 0.4f}, {-0.4f, 0.6f}});
  const Matrix x = {{0.2f, 0.1f}, {1.0f, -0.5f}, {-0.3f, 0.8f}, {0.2f, 0.1f}, {0.9f, -0.6f}};

  Tape tape(Threads::serial());
  tape.begin(Mode::inference);
  Matrix h = zeros(1, 2);
  Matrix all = zeros(5, 8);
  for (Index t = 0; t < 5; ++t) {
    const Variable x_t = tape.input(view_of(x).rows(t, t + 1)), before = tape.input(view_of(h));
    const Variable from_x = linear(x_t, w.w_x, w.b), from_h = linear(before, w.w_h);
    const Variable after = rnn_cell(x_t, before, w);
    const std::array<ConstMatrixView, 4> blocks = {x_t.value(), from_x.value(), from_h.value(),
                                                   after.value()};
    for (Index b = 0; b < 4; ++b) {
      copy_to(blocks[static_cast<size_t>(b)],
              view_of(all).rows(t, t + 1).columns(2 * b, 2 * b + 2));
    }
    h = matrix_of<float>(after.value());
  }
  print_matrix(
      "one step in each row", view_of(all),
      {.row_labels = words,
       .column_labels = {"x_0", "x_1", "xWx_0", "xWx_1", "hWh_0", "hWh_1", "h'_0", "h'_1"}});
  const ConstMatrixView first = view_of(all).rows(0, 1).columns(6, 8),
                        second = view_of(all).rows(3, 4).columns(6, 8);
  value("how far the states after the first and the second 'the' are apart",
        largest_difference(first, second), 3);
  request.draw("unrolled", unrolled_figure());
}

void show_lstm_by_hand(const SceneRequest&) {
  // One number is remembered. The first input writes it, the second asks for it.
  ParameterStore store(1);
  const RecurrentWeights w(store, "lstm", CellKind::lstm, 3, 1);
  //                       i     f     g     o
  set(store, "lstm.w_x",
      {{8.0f, -8.0f, 0.0f, 0.0f},   // "write": open i, shut f
       {0.0f, 0.0f, 0.0f, 8.0f},    // "say": open o
       {0.0f, 0.0f, 1.0f, 0.0f}});  // the number itself
  set(store, "lstm.w_h", {{0.0f, 0.0f, 0.0f, 0.0f}});
  set(store, "lstm.b", {{-4.0f, 4.0f, 0.0f, -4.0f}});  // at rest: i shut, f open, o shut
  const Matrix x = {{1, 0, 0.5f}, {0, 0, -1.0f}, {0, 0, 1.0f}, {0, 1, 0.3f}, {1, 1, -0.9f}};

  Tape tape(Threads::serial());
  tape.begin(Mode::inference);
  Matrix gates = zeros(1, 4), state = zeros(1, 2), all = zeros(5, 9);
  for (Index t = 0; t < 5; ++t) {
    const ConstMatrixView x_t = view_of(x).rows(t, t + 1);
    const Variable sums = linear(tape.input(x_t), w.w_x, w.b);
    const Matrix before = state;
    copy_to(sums.value(), view_of(gates));
    lstm_forward(view_of(gates), view_of(before), view_of(state));
    const MatrixView row = view_of(all).rows(t, t + 1);
    copy_to(x_t, row.columns(0, 3));
    copy_to(view_of(gates), row.columns(3, 7));
    row(0, 7) = state(0, 1), row(0, 8) = state(0, 0);
  }
  print_matrix("one step in each row", view_of(all),
               {.row_labels = {"write 0.5", "wait", "wait", "say", "write -0.9"},
                .column_labels = {"write", "say", "number", "i", "f", "g", "o", "c'", "h'"}});
  value("c after it was written", all(0, 7), 3);
  value("c after two steps of waiting", all(2, 7), 3);
  value("what was said of it when asked", all(3, 8), 3);
}

void show_time_order(const SceneRequest&) {
  const std::vector<std::string> tokens = {"i",   "see", "</s>", "the",  "dog", "ate",
                                           "the", "cat", "</s>", "stop", "</s>"};
  const std::vector<Index> offsets = {0, 3, 9, 11};
  Tape tape(Threads::serial());
  tape.begin(Mode::inference);
  const TimeSteps forwards(tape, {offsets}), backwards(tape, {offsets}, Reading::backwards);
  std::vector<TableRow> table;
  const auto read_at = [&](const TimeSteps& steps, Index t) {
    std::string text;
    for (const TokenId row : steps.rows_at(t)) {
      text += (text.empty() ? "" : " ") + tokens[static_cast<size_t>(row)];
    }
    return text;
  };
  for (Index t = 0; t < forwards.n_steps(); ++t) {
    table.push_back({std::to_string(t), std::to_string(forwards.n_running(t)), read_at(forwards, t),
                     read_at(backwards, t)});
  }
  print_table({"step", "sentences", "forwards", "backwards"}, table);
  value("tokens", forwards.n_tokens());
  value("cells of the padded batch", forwards.n_sentences() * forwards.n_steps());
}

void show_context(const SceneRequest&) {
  constexpr Index d = 16, n_words = 8, n_sentences = 200;
  constexpr TokenId n_vocabulary = 20;
  ParameterStore store(1);
  const SequenceToSequence model(store, {.d_model = d}, n_vocabulary);
  Tape tape(Threads::serial());
  const auto context_of = [&](const PackedSentences& source) {
    tape.begin(Mode::inference);
    return matrix_of<float>(model.encode(tape, source).value());
  };
  PackedSentences sentences;
  const RandomKey key{6};
  for (Index s = 0; s < n_sentences; ++s) {
    for (Index i = 0; i < n_words; ++i) {
      sentences.push(static_cast<TokenId>(key.below(sentences.tokens.size(), n_vocabulary)));
    }
    sentences.end_sentence();
  }
  const Matrix context = context_of(sentences);
  std::vector<TableRow> table;
  for (Index i = 0; i < n_words; ++i) {
    PackedSentences changed = sentences;
    for (Index s = 0; s < n_sentences; ++s) {
      TokenId& word = changed.tokens[static_cast<size_t>(s * n_words + i)];
      word = (word + 1) % n_vocabulary;
    }
    Matrix moved = context_of(changed);
    moved -= context;
    const auto change = [&](Index begin) {
      const ConstMatrixView half = view_of(moved).columns(begin, begin + d);
      return number_text(std::sqrt(inner_product(half, half) / n_sentences), 3);
    };
    table.push_back({std::to_string(i), change(0), change(d)});
  }
  value("numbers of a context", context.shape(1));
  print_table({"changed word", "forwards half moves by", "backwards half moves by"}, table);
}

}  // namespace transformer
