// A decoder that learns to write digits backwards, and what it writes meanwhile.
#include <fmt/format.h>

#include <algorithm>

#include "chapters/05_encoder/program/digits.hpp"
#include "chapters/06_decoder/greedy.hpp"
#include "chapters/06_decoder/program/demonstrations.hpp"
#include "src/book/descent.hpp"
#include "src/book/sections.hpp"
#include "src/data/vocabulary.hpp"
#include "src/draw/figures.hpp"

namespace transformer {
namespace {

using Tokens = std::vector<TokenId>;

/// Rows of six digits, and each of them backwards.
struct Pairs {
  TranslationBatch batch;
  std::vector<Tokens> backwards;

  explicit Pairs(std::uint32_t number, Index n_rows = 32) {
    const Digits digits(number, n_rows);
    for (auto row = digits.given.begin(); row != digits.given.end(); row += digits_per_row) {
      Tokens source;
      for (Index i = 0; i < digits_per_row; ++i) source.push_back(Vocabulary::n_special + row[i]);
      backwards.emplace_back(source.rbegin(), source.rend());
      append_pair(source, backwards.back(), batch);
    }
  }
};

//! [learner]
/// One layer, one head, and the digits after the three special tokens.
struct Learner {
  ParameterStore store{1};
  Transformer model{
      store,
      {.d_model = 32, .d_ff = 64, .n_heads = 1, .n_layers = 1, .p_drop = 0.0f, .n_positions = 16},
      Vocabulary::n_special + n_digits};

  /// How well each token would come next, at every position.
  Variable operator()(Tape& tape, const TranslationBatch& batch) const {
    const Variable memory = model.encode(tape, batch.source);
    return model.logits(model.decode(batch.target_input, memory, batch.source.segments()));
  }
};
//! [learner]

/// The first digits, such as "6 7 0 5 5 3", with an ellipsis where there are more.
std::string text_of(const Tokens& tokens) {
  std::string text;
  for (size_t i = 0; i < std::min<size_t>(tokens.size(), 8); ++i) {
    const TokenId digit = tokens[i] - Vocabulary::n_special;
    text += (text.empty() ? "" : " ") + (digit < 0 ? "<s>" : std::to_string(digit));
  }
  return text + (tokens.size() > 8 ? " ..." : "");
}

/// How much of what should stand there the model wrote when it read its own words; end marks count.
double share_right(const std::vector<Translation>& written, const std::vector<Tokens>& expected) {
  double n_right = 0, n_all = 0;
  for (size_t i = 0; i < expected.size(); ++i) {
    Tokens right = expected[i], tokens = written[i].tokens;
    right.push_back(Vocabulary::sentence_end);
    if (written[i].complete) tokens.push_back(Vocabulary::sentence_end);
    for (size_t t = 0; t < std::min(right.size(), tokens.size()); ++t) {
      n_right += right[t] == tokens[t];
    }
    n_all += static_cast<double>(right.size());
  }
  return n_right / n_all;
}

const TableRow progress_head = {"steps", "% right, shown", "% right, alone", "rows right of 100",
                                "written alone"};

TableRow progress(const Learner& learner, Tape& tape, const Pairs& pairs, std::uint32_t step) {
  tape.begin(Mode::inference);
  const Tokens& next = pairs.batch.target_output;
  const double shown = static_cast<double>(n_right(learner(tape, pairs.batch).value(), next)) /
                       static_cast<double>(next.size());
  const std::vector<Translation> written = greedy_decode(learner.model, tape, pairs.batch.source);
  Index n_whole = 0;
  for (size_t i = 0; i < written.size(); ++i) n_whole += written[i].tokens == pairs.backwards[i];
  return {std::to_string(step), number_text(100 * shown, 0),
          number_text(100 * share_right(written, pairs.backwards), 0), std::to_string(n_whole),
          text_of(written[0].tokens)};
}

}  // namespace

void show_learning(const SceneRequest& request) {
  Learner learner;
  Tape tape(Threads::serial());
  const Pairs looked_at(1000000, 100);
  const Tokens& asked_for = looked_at.backwards[0];
  const Tokens given(asked_for.rbegin(), asked_for.rend());
  TranslationBatch first;
  append_pair(given, asked_for, first);
  std::vector<TableRow> table;
  std::vector<HeadWeights> maps;
  std::uint32_t step = 0;
  for (const std::uint32_t end : {0, 30, 200, 400, 500, 600, 1000}) {
    for (; step < end; ++step) {
      const Pairs pairs(step);
      learn_step(learner.store, tape, pairs.batch.target_output, 0.05f,
                 [&](Tape& on) { return learner(on, pairs.batch); });
    }
    table.push_back(progress(learner, tape, looked_at, step));
    if (end == 0 || end == 200 || end == 500 || end == 1000) {
      maps.push_back(cross_attention_weights(learner.model, first)[0]);
      maps.back().title = fmt::format("after {} steps", end);
    }
  }
  fmt::print("to write backwards: {}\n", text_of(given));
  print_table(progress_head, table);
  std::vector<HeatMapPanel> panels;
  for (const HeadWeights& map : maps) panels.push_back({map.title, view_of(map.weights)});
  request.draw("learning", heat_maps(panels, {.title = "Where the decoder looks while it learns",
                                              .x_label = "source",
                                              .y_label = "place to be written",
                                              .low = 0.0,
                                              .high = 1.0,
                                              .n_panels_per_row = 2}));
}

void show_unshifted(const SceneRequest&) {
  Learner learner;
  Tape tape(Threads::serial());
  const auto unshifted = [](std::uint32_t number, Index n_rows) {
    Pairs pairs(number, n_rows);
    pairs.batch.target_input.tokens = pairs.batch.target_output;
    return pairs;
  };
  std::vector<TableRow> table;
  for (std::uint32_t step = 0; step < 400; ++step) {
    const Pairs pairs = unshifted(step, 32);
    learn_step(learner.store, tape, pairs.batch.target_output, 0.05f,
               [&](Tape& on) { return learner(on, pairs.batch); });
  }
  table.push_back(progress(learner, tape, unshifted(1000000, 100), 400));
  print_table(progress_head, table);
}

}  // namespace transformer
