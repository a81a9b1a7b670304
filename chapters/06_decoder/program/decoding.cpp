#include "chapters/06_decoder/program/demonstrations.hpp"

#include <fmt/ranges.h>

#include <algorithm>
#include <numeric>

#include "chapters/06_decoder/greedy.hpp"
#include "src/base/philox.hpp"
#include "src/book/examples.hpp"
#include "src/book/sections.hpp"
#include "src/data/vocabulary.hpp"
#include "src/draw/figures.hpp"

namespace transformer {

// ---- Greedy decoding --------------------------------------------------------------------------

namespace {

//! [plain_greedy]
/// Writes the most likely next letter again and again, and works everything out anew for each.
std::string write_greedily(const Transformer& model, const std::string& word) {
  const Index limit = length_limit(model.config(), std::ssize(word) + 1);
  Tape tape(Threads::serial());
  std::string written;
  while (std::ssize(written) < limit) {
    const ConstMatrixView logits = logits_of(model, tape, batch_of(word, written));
    const float* last = logits.row(logits.n_rows - 1);
    const auto next = static_cast<TokenId>(std::max_element(last, last + logits.n_columns) - last);
    if (next == Vocabulary::sentence_end) break;
    written += letter_of(next);
  }
  return written;
}
//! [plain_greedy]

/// One step of decoding: what was written before it, and how likely each token is to come next.
struct Step {
  std::string written;
  std::vector<float> probabilities;

  /// The tokens, the most likely first.
  std::vector<TokenId> order() const {
    std::vector<TokenId> tokens(probabilities.size());
    std::iota(tokens.begin(), tokens.end(), 0);
    std::stable_sort(tokens.begin(), tokens.end(),
                     [&](TokenId a, TokenId b) { return at(a) > at(b); });
    return tokens;
  }
  float at(TokenId token) const { return probabilities[static_cast<size_t>(token)]; }
};

std::vector<Step> steps_of(const Transformer& model, const PackedSentences& source) {
  Tape tape(Threads::serial());
  GrowingTranslations growing(model, tape, source);
  std::vector<Step> steps;
  std::string written = "<s>";
  for (TokenId newest = Vocabulary::sentence_begin; newest != Vocabulary::sentence_end;) {
    const ConstMatrixView logits = growing.append({&newest, 1});
    Step& step = steps.emplace_back(
        Step{written, std::vector<float>(static_cast<size_t>(logits.n_columns))});
    softmax_forward(logits, 1, Mask::none, {step.probabilities.data(), 1, logits.n_columns});
    newest = step.order().front();
    written += letter_of(newest);
  }
  return steps;
}

void draw_steps(const SceneRequest& request, const std::vector<Step>& steps) {
  std::vector<float> all;
  std::vector<std::string> rows, columns;
  for (const Step& step : steps) {
    rows.push_back(step.written);
    all.insert(all.end(), step.probabilities.begin(), step.probabilities.end());
  }
  for (size_t token = 0; token < steps.front().probabilities.size(); ++token) {
    columns.push_back(letter_of(static_cast<TokenId>(token)));
  }
  request.draw("greedy", heat_map({all.data(), std::ssize(rows), std::ssize(columns)},
                                  {.title = "How likely each token is to come next",
                                   .x_label = "next token",
                                   .y_label = "written so far",
                                   .row_labels = rows,
                                   .column_labels = columns,
                                   .low = 0.0,
                                   .high = 1.0}));
}

}  // namespace

void show_greedy(const SceneRequest& request) {
  const Reverser reverser;
  const std::string& word = request.text("word");
  PackedSentences source;
  append_source(tokens_of(word), source);
  const std::vector<Step> steps = steps_of(reverser.model, source);
  std::vector<TableRow> table;
  for (const Step& step : steps) {
    TableRow& row = table.emplace_back(TableRow{step.written});
    const std::vector<TokenId> order = step.order();
    for (size_t i = 0; i < 3; ++i) {
      row.push_back(fmt::format("{} {}", letter_of(order[i]), number_text(step.at(order[i]))));
    }
  }
  fmt::print("source: {}\n", word);
  print_table({"written so far", "most likely", "second", "third"}, table);

  Tape tape(Threads::serial());
  const Translation translation = greedy_decode(reverser.model, tape, source)[0];
  fmt::print("greedy_decode: {}, log-probability {}\n",
             fmt::join(letters_of(translation.tokens), ""),
             number_text(translation.log_probability));
  value_line("the plain lines", write_greedily(reverser.model, word));
  draw_steps(request, steps);
}

// ---- The start token --------------------------------------------------------------------------

RandomWords::RandomWords() {
  constexpr Index n_words = 100, shortest = 3, longest = 6, n_letters = 14;
  const RandomKey key{.seed = 6};
  std::uint32_t n_drawn = 0;
  append_source(tokens_of(jackal), source);
  for (Index i = 0; i < n_words; ++i) {
    std::vector<TokenId> letters(shortest + key.below(n_drawn++, longest - shortest + 1));
    for (TokenId& letter : letters) {
      letter = token_of(static_cast<char>('a' + key.below(n_drawn++, n_letters)));
    }
    append_source(letters, source);
    expected.emplace_back(letters.rbegin(), letters.rend());
  }
}

Index RandomWords::n_right(const std::vector<Translation>& written) const {
  Index n = 0;
  for (size_t i = 0; i < expected.size(); ++i) n += written[i + 1].tokens == expected[i];
  return n;
}

void show_start_token(const SceneRequest&) {
  const Reverser reverser;
  const RandomWords words;
  std::vector<TableRow> table;
  Tape tape(Threads::serial());
  for (const TokenId start :
       {Vocabulary::sentence_begin, Vocabulary::sentence_end, Vocabulary::unknown, token_of('a')}) {
    const std::vector<Translation> written =
        greedy_decode(reverser.model, tape, words.source, {.begin = start});
    table.push_back(
        {letter_of(start), fmt::format("{}", fmt::join(letters_of(written[0].tokens), "")),
         number_text(written[0].log_probability), std::to_string(words.n_right(written))});
  }
  print_table({"decoding starts with", jackal + " becomes", "log-probability", "right of 100"},
              table);
}

// ---- The cache --------------------------------------------------------------------------------

void show_cached_step(const SceneRequest& request) {
  const Reverser reverser;
  const std::string& word = request.text("word");
  const TranslationBatch batch = batch_of(word, backwards(word));
  Tape cached_tape(Threads::serial()), full_tape(Threads::serial());
  GrowingTranslations growing(reverser.model, cached_tape, batch.source);
  std::vector<TableRow> table;
  Index n_cached = 0, n_full = 0;
  double largest = 0;
  for (Index t = 0; t < batch.target_input.n_tokens(); ++t) {
    const TokenId newest = batch.target_input.tokens[static_cast<size_t>(t)];
    const ConstMatrixView step = growing.append({&newest, 1});
    // The same without a cache: everything so far once more.
    const TranslationBatch prefix =
        batch_of(word, backwards(word).substr(0, static_cast<size_t>(t)));
    const ConstMatrixView full = logits_of(reverser.model, full_tape, prefix);
    largest = std::max(largest, largest_difference(step, full.rows(t, t + 1)));
    n_cached += 1;
    n_full += t + 1;
    table.push_back(
        {std::to_string(t), letter_of(newest), std::to_string(n_cached), std::to_string(n_full)});
  }
  print_table({"step", "token", "rows so far, cached", "without a cache"}, table);
  value_line("largest difference of the logits", power_text(largest));
}

}  // namespace transformer
