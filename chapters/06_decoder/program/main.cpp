// Shows the decoder: the target shifted right, the causal mask, the look at the source, the output
// matrix, and how a sentence is written token by token.
#include <fmt/ranges.h>

#include <algorithm>

#include "chapters/06_decoder/program/demonstrations.hpp"
#include "chapters/06_decoder/transformer.hpp"
#include "chapters/06_decoder/translation_batch.hpp"
#include "src/book/examples.hpp"
#include "src/book/scenes.hpp"
#include "src/book/sections.hpp"
#include "src/data/vocabulary.hpp"
#include "src/draw/figures.hpp"

namespace transformer {
namespace {

// ---- What the decoder reads and what it may see -----------------------------------------------

/// How often position t sees the token that it has to predict, with the shift and without.
void count_what_sees_its_answer(const TranslationBatch& batch) {
  const std::vector<TokenId>&shifted = batch.target_input.tokens, &next = batch.target_output;
  Index n_shifted = 0, n_unshifted = 0;
  for (size_t t = 0; t < next.size(); ++t) {
    const auto sees = [&](const std::vector<TokenId>& read) {
      return std::find(read.begin(), read.begin() + t + 1, next[t]) != read.begin() + t + 1;
    };
    n_shifted += sees(shifted);
    n_unshifted += sees(next);
  }
  value("positions", static_cast<Index>(next.size()));
  value("of these see what they must predict", n_shifted);
  value("without the shift", n_unshifted);
}

void show_shift(const SceneRequest& request) {
  draw_decoder_layer(request);
  const std::vector<std::string> source_words = {"the", "dog", "sleeps"},
                                 target_words = {"le", "chien", "dort"};
  std::vector<std::string> words = source_words;
  words.insert(words.end(), target_words.begin(), target_words.end());
  const Vocabulary vocabulary(words);
  const auto ids = [&](const std::vector<std::string>& text) {
    std::vector<TokenId> tokens;
    for (const std::string& word : text) tokens.push_back(vocabulary.id(word));
    return tokens;
  };
  TranslationBatch batch;
  append_pair(ids(source_words), ids(target_words), batch);
  const auto words_of = [&](const std::vector<TokenId>& tokens) {
    std::vector<std::string_view> text;
    for (const TokenId token : tokens) text.push_back(vocabulary.token(token));
    return text;
  };
  fmt::print("the encoder reads: {}\n", fmt::join(words_of(batch.source.tokens), " "));
  const std::vector<std::string_view> reads = words_of(batch.target_input.tokens),
                                      predicts = words_of(batch.target_output);
  std::vector<TableRow> table;
  for (size_t t = 0; t < reads.size(); ++t) {
    const std::span<const std::string_view> visible(reads.data(), t + 1);
    table.push_back({std::to_string(t), std::string(reads[t]),
                     fmt::format("{}", fmt::join(visible, " ")), std::string(predicts[t])});
  }
  print_table({"position", "the decoder reads", "and sees", "to predict"}, table);
  count_what_sees_its_answer(batch);
}

void show_mask(const SceneRequest& request) {
  const std::vector<std::string> words = {"<s>", "le", "chien", "ne", "dort", "pas"};
  const auto n = static_cast<Index>(words.size());
  // Equal scores: what is left after the mask is the mask.
  Matrix weights = zeros(n, n);
  softmax_forward(view_of(weights), 1, Mask::causal, view_of(weights));
  print_matrix("weights of equal scores under the causal mask", view_of(weights),
               {.row_labels = words, .column_labels = words});
  value("pairs of tokens", n * n);
  value("of these visible",
        std::count_if(weights.begin(), weights.end(), [](float weight) { return weight > 0; }));
  request.draw("causal_mask", mask_map(view_of(weights), {.title = "The causal mask",
                                                          .x_label = "key",
                                                          .y_label = "query",
                                                          .row_labels = words,
                                                          .column_labels = words}));
}

// ---- The output matrix ------------------------------------------------------------------------

/// d loss / d logits of a cross-entropy: softmax minus one-hot (chapter 07 derives it).
Matrix pull_towards(const std::vector<TokenId>& targets, ConstMatrixView logits) {
  Matrix dlogits = zeros(logits.n_rows, logits.n_columns);
  softmax_forward(logits, 1, Mask::none, view_of(dlogits));
  for (size_t i = 0; i < targets.size(); ++i) dlogits(i, static_cast<size_t>(targets[i])) -= 1;
  return dlogits;
}

void show_output_matrix(const SceneRequest&) {
  ParameterStore store(1);
  const Transformer model(
      store, {.d_model = 16, .d_ff = 32, .n_heads = 2, .n_layers = 1, .p_drop = 0.0f}, 8);
  const TranslationBatch batch = batch_of("abc", "bd");
  Tape tape(Threads::serial());
  tape.begin(Mode::training);
  const Variable memory = model.encode(tape, batch.source);
  const Variable logits =
      model.logits(model.decode(batch.target_input, memory, batch.source.segments()));
  const Matrix dlogits = pull_towards(batch.target_output, logits.value());
  tape.backward(logits, view_of(dlogits));

  // Every token of the vocabulary is in the output, so every row of the table gets a gradient.
  const auto among = [](const std::vector<TokenId>& tokens, TokenId token) {
    return std::find(tokens.begin(), tokens.end(), token) != tokens.end() ? "yes" : "";
  };
  std::vector<TableRow> table;
  const ConstMatrixView gradient = model.embedding().table().gradient();
  for (TokenId token = Vocabulary::sentence_begin; token < gradient.n_rows; ++token) {
    const ConstMatrixView row = gradient.rows(token, token + 1);
    table.push_back({letter_of(token), among(batch.source.tokens, token),
                     among(batch.target_input.tokens, token), among(batch.target_output, token),
                     number_text(norm_of(row))});
  }
  print_table({"token", "in source", "in target", "to predict", "length of its gradient"}, table);
  constexpr double one_matrix = 37000 * 512 / 1e6;
  value("millions of parameters in the paper's base model, one matrix", one_matrix, 1);
  value("three of them", 3 * one_matrix, 1);
}

const Chapter chapter = {
    "06_decoder",
    "The decoder, with a small model that writes words backwards.",
    {{"shift_right", "what the decoder reads and what it must predict", show_shift},
     {"mask", "what each position may see", show_mask},
     {"cross_attention",
      "where the decoder looks while it writes",
      show_cross_attention,
      {{"word", "jackal", "Letters from a to n"}}},
     {"silenced", "the same with one head left out", show_silenced},
     {"output_matrix", "one matrix for input and output", show_output_matrix},
     {"greedy",
      "a word written letter by letter",
      show_greedy,
      {{"word", "jackal", "Letters from a to n"}}},
     {"learning", "a decoder that learns to write digits backwards", show_learning},
     {"unshifted", "one that reads what it must predict", show_unshifted},
     {"start_token", "decoding that starts with another token", show_start_token},
     {"cached_step",
      "kept keys and values beside everything anew",
      show_cached_step,
      {{"word", "jackal", "Letters from a to n"}}},
     {"leak", "no position notices what comes after it", show_leak}},
    check_reference};

}  // namespace
}  // namespace transformer

int main(int argc, char** argv) {
  return transformer::run_chapter(argc, argv, transformer::chapter);
}
