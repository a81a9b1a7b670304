#include "chapters/06_decoder/program/demonstrations.hpp"

#include <fmt/ranges.h>

#include <algorithm>
#include <cstring>
#include <map>
#include <numeric>

#include "chapters/05_encoder/program/layer_diagram.hpp"
#include "chapters/06_decoder/greedy.hpp"
#include "src/base/philox.hpp"
#include "src/book/examples.hpp"
#include "src/book/sections.hpp"
#include "src/data/vocabulary.hpp"
#include "src/draw/figures.hpp"
#include "src/draw/svg.hpp"

namespace transformer {
namespace {

const std::string jackal = "jackal";

/// The logits of a whole batch. They stay valid until the tape begins anew.
ConstMatrixView logits_of(const Transformer& model, Tape& tape, const TranslationBatch& batch) {
  tape.begin(Mode::inference);
  const Variable memory = model.encode(tape, batch.source);
  return model.logits(model.decode(batch.target_input, memory, batch.source.segments())).value();
}

}  // namespace

// ---- A layer ----------------------------------------------------------------------------------

void draw_decoder_layer(const SceneRequest& request) {
  const ModelConfig base;
  constexpr Index n_source = 5, n_target = 7, n_vocabulary = 37000;
  const auto shape = [&](Index n, Index width) { return fmt::format("({}, {})", n, width); };
  const std::string y = shape(n_target, base.d_model);
  const std::string norm = "Add and normalize", sum = "LayerNorm(y + Dropout(sub-layer))";
  const std::string heads =
      fmt::format("{} heads of {} columns", base.n_heads, base.d_model / base.n_heads);
  const std::vector<DiagramBox> boxes = {
      {"Embedding and position", "row of the table, times sqrt(d_model), plus PE", y, false},
      {"Causal self-attention", heads + ", nothing later", y},
      {norm, sum, y, true, true},
      {"Cross-attention", heads + ", over the source", y, true, false,
       "memory " + shape(n_source, base.d_model)},
      {norm, sum, y, true, true},
      {"Feed-forward", fmt::format("{0} to {1}, ReLU, {1} to {0}", base.d_model, base.d_ff), y},
      {norm, sum, y, true, true},
      {"Output matrix", fmt::format("the table transposed {}", shape(base.d_model, n_vocabulary)),
       "logits " + shape(n_target, n_vocabulary), false}};
  request.draw(
      "decoder_layer",
      layer_diagram(boxes, {.title = "The decoder of the paper's base model: 5 source tokens, "
                                     "7 target tokens",
                            .input = fmt::format("target ids, shifted right ({})", n_target),
                            .times = fmt::format("{} times", base.n_layers)}));
}

// ---- Cross-attention --------------------------------------------------------------------------

namespace {

/// The weights of one head.
struct HeadWeights {
  std::string title;
  Matrix weights;  // (n_target_tokens, n_source_tokens)
};

/// Those of every head of every cross-attention.
std::vector<HeadWeights> cross_attention_weights(const Reverser& reverser,
                                                 const TranslationBatch& batch) {
  // Listen to the queries and keys.
  std::map<std::string, Variable> heard;
  Tape tape(Threads::serial());
  const auto keep = [&](std::string_view path, std::string_view name, Variable variable) {
    if (path.ends_with("cross_attention")) heard[fmt::format("{}.{}", path, name)] = variable;
  };
  const Tape::Listening listening = tape.listen(keep);
  logits_of(reverser.model, tape, batch);

  const ModelConfig& config = reverser.model.config();
  const Index d_k = config.d_model / config.n_heads;
  std::vector<HeadWeights> heads;
  for (Index layer = 0; layer < config.n_layers; ++layer) {
    const std::string path = fmt::format("decoder.layer_{}.cross_attention", layer);
    const ConstMatrixView q = heard.at(path + ".q").value(), k = heard.at(path + ".k").value();
    for (Index h = 0; h < config.n_heads; ++h) {
      const Index begin = h * d_k, end = begin + d_k;
      heads.push_back({fmt::format("layer {}, head {}", layer, h), zeros(q.n_rows, k.n_rows)});
      attention_weights(q.columns(begin, end), k.columns(begin, end), Mask::none,
                        view_of(heads.back().weights));
    }
  }
  return heads;
}

}  // namespace

void show_cross_attention(const SceneRequest& request) {
  const Reverser reverser;
  const std::string& word = request.text("word");
  const TranslationBatch batch = batch_of(word, backwards(word));
  std::vector<HeadWeights> heads = cross_attention_weights(reverser, batch);
  const std::vector<std::string> rows = letters_of(batch.target_output),
                                 columns = letters_of(batch.source.tokens);
  HeadWeights& shown = heads[heads.size() - static_cast<size_t>(reverser.model.config().n_heads)];
  print_matrix(shown.title + ": row = what is written next, column = where it looks",
               view_of(shown.weights), {.row_labels = rows, .column_labels = columns});
  std::vector<HeatMapPanel> panels;
  for (HeadWeights& head : heads) panels.push_back({head.title, view_of(head.weights)});
  request.draw("cross_attention",
               heat_maps(panels, {.title = "Where the decoder looks while it writes backwards",
                                  .x_label = "source",
                                  .y_label = "token to be written",
                                  .row_labels = rows,
                                  .column_labels = columns,
                                  .low = 0.0,
                                  .high = 1.0,
                                  .n_panels_per_row = 2}));
}

// ---- Greedy decoding --------------------------------------------------------------------------

void show_greedy(const SceneRequest& request) {
  const Reverser reverser;
  const std::string& word = request.text("word");
  PackedSentences source;
  append_source(tokens_of(word), source);
  Tape tape(Threads::serial());
  GrowingTranslations growing(reverser.model, tape, source);
  std::vector<TableRow> table;
  std::string written;
  for (TokenId newest = Vocabulary::sentence_begin; newest != Vocabulary::sentence_end;) {
    const ConstMatrixView logits = growing.append({&newest, 1});
    Matrix probabilities = zeros(logits.n_rows, logits.n_columns);
    const MatrixView p = view_of(probabilities);
    softmax_forward(logits, 1, Mask::none, p);
    // The three most likely tokens; the first of them is written.
    std::vector<TokenId> order(static_cast<size_t>(p.n_columns));
    std::iota(order.begin(), order.end(), 0);
    std::stable_sort(order.begin(), order.end(),
                     [&](TokenId a, TokenId b) { return p(0, a) > p(0, b); });
    TableRow& row = table.emplace_back(TableRow{"<s>" + written});
    for (size_t i = 0; i < 3; ++i) {
      row.push_back(fmt::format("{} {}", letter_of(order[i]), number_text(p(0, order[i]))));
    }
    newest = order.front();
    if (newest != Vocabulary::sentence_end) written += letter_of(newest);
  }
  fmt::print("source: {}\n", word);
  print_table({"written so far", "most likely", "second", "third"}, table);

  const Translation translation = greedy_decode(reverser.model, tape, source)[0];
  fmt::print("greedy_decode: {}, log-probability {}\n",
             fmt::join(letters_of(translation.tokens), ""),
             number_text(translation.log_probability));
}

// ---- The start token --------------------------------------------------------------------------

void show_start_token(const SceneRequest&) {
  const Reverser reverser;
  constexpr Index n_words = 100, shortest = 3, longest = 6, n_letters = 14;
  const RandomKey key{.seed = 6};
  std::uint32_t n_drawn = 0;
  PackedSentences source;
  std::vector<std::vector<TokenId>> expected;
  append_source(tokens_of(jackal), source);
  for (Index i = 0; i < n_words; ++i) {
    std::vector<TokenId> letters(shortest + key.below(n_drawn++, longest - shortest + 1));
    for (TokenId& letter : letters) {
      letter = token_of(static_cast<char>('a' + key.below(n_drawn++, n_letters)));
    }
    append_source(letters, source);
    expected.emplace_back(letters.rbegin(), letters.rend());
  }

  std::vector<TableRow> table;
  Tape tape(Threads::serial());
  for (const TokenId start :
       {Vocabulary::sentence_begin, Vocabulary::sentence_end, Vocabulary::unknown, token_of('a')}) {
    const std::vector<Translation> written =
        greedy_decode(reverser.model, tape, source, {.begin = start});
    Index n_right = 0;
    for (size_t i = 0; i < expected.size(); ++i) n_right += written[i + 1].tokens == expected[i];
    table.push_back({letter_of(start),
                     fmt::format("{}", fmt::join(letters_of(written[0].tokens), "")),
                     number_text(written[0].log_probability), std::to_string(n_right)});
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

// ---- The leak test ----------------------------------------------------------------------------

namespace {

bool same_bits(ConstMatrixView a, ConstMatrixView b) {
  for (Index i = 0; i < a.n_rows; ++i) {
    if (std::memcmp(a.row(i), b.row(i), sizeof(float) * static_cast<size_t>(a.n_columns)) != 0) {
      return false;
    }
  }
  return same_shape(a, b);
}

/// One self-attention over x, with the mask or without it.
Matrix attend(const Matrix& x, Mask mask) {
  ParameterStore store(1);
  const SelfAttention attention(store, "attention", static_cast<Index>(x.shape(1)), 1);
  const std::vector<Index> offsets = {0, static_cast<Index>(x.shape(0))};
  Tape tape(Threads::serial());
  return matrix_of<float>(
      ConstMatrixView(attention(tape.input(view_of(x)), {offsets}, mask).value()));
}

}  // namespace

void show_leak(const SceneRequest&) {
  const Reverser reverser;
  constexpr Index changed_position = 3;
  TranslationBatch batch = batch_of(jackal, backwards(jackal));
  const Index n = batch.target_input.n_tokens();
  Tape tape(Threads::serial());
  const Matrix before = matrix_of<float>(logits_of(reverser.model, tape, batch));
  batch.target_input.tokens[changed_position] = token_of('m');
  const Matrix after = matrix_of<float>(logits_of(reverser.model, tape, batch));

  // One attention by itself, with its mask and without.
  const Matrix x = normal_matrix(n, 4, 1);
  Matrix changed_x = x;
  xt::row(changed_x, changed_position) += 1;
  std::vector<TableRow> table;
  for (Index t = 0; t < n; ++t) {
    const auto change = [t](const Matrix& a, const Matrix& b) {
      return number_text(largest_difference(view_of(a).rows(t, t + 1), view_of(b).rows(t, t + 1)));
    };
    table.push_back({std::to_string(t), t == changed_position ? "changed" : "",
                     change(before, after),
                     change(attend(x, Mask::causal), attend(changed_x, Mask::causal)),
                     change(attend(x, Mask::none), attend(changed_x, Mask::none))});
  }
  print_table({"position", "token", "change of the logits", "attention, causal", "without a mask"},
              table);
  value(fmt::format("change of the last logits by token {}", changed_position),
        largest_difference(view_of(before).rows(n - 1, n), view_of(after).rows(n - 1, n)), 3);
  const bool kept = same_bits(view_of(before).rows(0, changed_position),
                              view_of(after).rows(0, changed_position));
  value_line(fmt::format("the logits before position {} keep their bits", changed_position),
             kept ? "yes" : "no");
}

}  // namespace transformer
