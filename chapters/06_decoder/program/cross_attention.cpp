#include "chapters/06_decoder/program/demonstrations.hpp"

#include <fmt/ranges.h>

#include <algorithm>
#include <map>

#include "chapters/05_encoder/program/layer_diagram.hpp"
#include "src/book/examples.hpp"
#include "src/book/sections.hpp"
#include "src/draw/figures.hpp"

namespace transformer {

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
      {"Embedding and position", "a row of E, times sqrt(d_model), plus PE", y, false},
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

std::vector<HeadWeights> cross_attention_weights(const Transformer& model,
                                                 const TranslationBatch& batch) {
  // Listen to the queries and keys.
  std::map<std::string, Variable> heard;
  Tape tape(Threads::serial());
  const auto keep = [&](std::string_view path, std::string_view name, Variable variable) {
    if (path.ends_with("cross_attention")) heard[fmt::format("{}.{}", path, name)] = variable;
  };
  const Tape::Listening listening = tape.listen(keep);
  logits_of(model, tape, batch);

  const ModelConfig& config = model.config();
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

void show_cross_attention(const SceneRequest& request) {
  const Reverser reverser;
  const std::string& word = request.text("word");
  const TranslationBatch batch = batch_of(word, backwards(word));
  std::vector<HeadWeights> heads = cross_attention_weights(reverser.model, batch);
  const std::vector<std::string> rows = letters_of(batch.target_output),
                                 columns = letters_of(batch.source.tokens);
  HeadWeights& shown = heads[heads.size() - static_cast<size_t>(reverser.model.config().n_heads)];
  print_matrix(shown.title + ": row = what is written next, column = where it looks",
               view_of(shown.weights), {.row_labels = rows, .column_labels = columns});
  for (const HeadWeights& head : heads) {
    const ConstMatrixView weights = view_of(head.weights);
    double on_end_mark = 0;
    for (Index i = 0; i < weights.n_rows; ++i) {
      on_end_mark +=
          double{weights(i, weights.n_columns - 1)} / static_cast<double>(weights.n_rows);
    }
    value(head.title + ", weight on </s>, mean", on_end_mark, 2);
  }
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

void show_silenced(const SceneRequest&) {
  const RandomWords words;
  std::vector<TableRow> table;
  // W^O takes head h from its rows [h * d_k, (h + 1) * d_k): zeros there, and nobody hears it.
  const auto add_row = [&](const std::string& name, Index layer, Index head) {
    const Reverser reverser;
    if (head >= 0) {
      const MatrixView w_o =
          reverser.store.at(fmt::format("decoder.layer_{}.cross_attention.w_o", layer)).value();
      const Index d_k = w_o.n_rows / reverser.model.config().n_heads;
      for (Index i = head * d_k; i < (head + 1) * d_k; ++i) {
        std::fill(w_o.row(i), w_o.row(i) + w_o.n_columns, 0.0f);
      }
    }
    Tape tape(Threads::serial());
    const std::vector<Translation> written = greedy_decode(reverser.model, tape, words.source);
    table.push_back({name, fmt::format("{}", fmt::join(letters_of(written[0].tokens), "")),
                     std::to_string(words.n_right(written))});
  };
  add_row("no head", 0, -1);
  for (const Index layer : {0, 1}) {
    for (const Index head : {0, 1}) {
      add_row(fmt::format("layer {}, head {}", layer, head), layer, head);
    }
  }
  print_table({"silenced", jackal + " becomes", "right of 100"}, table);
}

}  // namespace transformer
