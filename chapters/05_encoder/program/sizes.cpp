#include "chapters/05_encoder/program/demonstrations.hpp"

#include <fmt/format.h>

#include "chapters/01_embeddings/embedding.hpp"
#include "chapters/05_encoder/encoder.hpp"
#include "chapters/05_encoder/program/layer_diagram.hpp"
#include "src/book/sections.hpp"

namespace transformer {

// ---- A layer ----------------------------------------------------------------------------------

void draw_encoder_layer(const SceneRequest& request) {
  const ModelConfig base;
  constexpr Index n_tokens = 5;
  const std::string x = fmt::format("({}, {})", n_tokens, base.d_model);
  const std::string d_k = std::to_string(base.d_model / base.n_heads);
  const std::string norm = "Add and normalize", sum = "LayerNorm(x + Dropout(sub-layer))";
  const std::vector<DiagramBox> boxes = {
      {"Embedding and position", "a row of E, times sqrt(d_model), plus PE", x, false},
      {"Multi-head self-attention", fmt::format("{} heads of {} columns", base.n_heads, d_k), x},
      {norm, sum, x, true, true},
      {"Feed-forward", fmt::format("{0} to {1}, ReLU, {1} to {0}", base.d_model, base.d_ff), x},
      {norm, sum, x, true, true}};
  request.draw("encoder_layer",
               layer_diagram(boxes, {.title = "The encoder of the paper's base model, for 5 tokens",
                                     .input = fmt::format("token ids ({})", n_tokens),
                                     .times = fmt::format("{} times", base.n_layers)}));
}

// ---- The paper's models -----------------------------------------------------------------------

namespace {

/// How many numbers a part learns: `build` makes it in a store of its own.
template <class Build>
Index count(Build build) {
  ParameterStore store(0);
  build(store);
  return store.n_parameters();
}

/// One model of the paper's Table 3, in the order of the rows that are printed.
std::vector<Index> counts_of(const ModelConfig& config, Index n_vocabulary) {
  const Index per_word =
      count([&](ParameterStore& store) { Embedding(store, "embedding", 1, config.d_model); });
  const Index encoder_layer =
      count([&](ParameterStore& store) { EncoderLayer(store, "layer", config); });
  // A decoder layer (chapter 06) is an encoder layer that looks at the source, too.
  const Index look_at_source = count([&](ParameterStore& store) {
    CrossAttention(store, "cross_attention", config.d_model, config.n_heads);
    ResidualNorm(store, "norm", config);
  });
  std::vector<Index> counts = {n_vocabulary * per_word, config.n_layers * encoder_layer,
                               config.n_layers * (encoder_layer + look_at_source)};
  counts.push_back(counts[0] + counts[1] + counts[2]);
  return counts;
}

}  // namespace

void show_parameter_counts(const SceneRequest&) {
  constexpr Index n_vocabulary = 37000;  // section 5.1: "about 37000 tokens"
  const std::vector<Index> base = counts_of({}, n_vocabulary),
                           big = counts_of({.d_model = 1024, .d_ff = 4096, .n_heads = 16},
                                           n_vocabulary);
  const std::vector<std::string> parts = {"embedding = output matrix", "encoder, 6 layers",
                                          "decoder, 6 layers", "all"};
  std::vector<TableRow> table;
  for (size_t i = 0; i < parts.size(); ++i) {
    table.push_back({parts[i], std::to_string(base[i]), std::to_string(big[i])});
  }
  table.push_back({"all, in millions", number_text(static_cast<double>(base.back()) / 1e6, 1),
                   number_text(static_cast<double>(big.back()) / 1e6, 1)});
  table.push_back({"the paper's Table 3, in millions", "65", "213"});
  print_table({"parameters", "base", "big"}, table);
  value("base, in millions", static_cast<double>(base.back()) / 1e6, 1);
  value("big, in millions", static_cast<double>(big.back()) / 1e6, 1);
}

}  // namespace transformer
