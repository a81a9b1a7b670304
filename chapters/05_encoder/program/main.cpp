// Shows the encoder's parts one by one: layer normalization, the residual connection, dropout, the
// feed-forward network, a layer and a stack.
#include <fmt/format.h>

#include <algorithm>

#include "chapters/05_encoder/encoder.hpp"
#include "chapters/05_encoder/program/demonstrations.hpp"
#include "chapters/05_encoder/program/parts.hpp"
#include "chapters/05_encoder/program/receipts.hpp"
#include "src/book/examples.hpp"
#include "src/book/scenes.hpp"
#include "src/book/sections.hpp"

namespace transformer {
namespace {

// ---- A layer, a stack -------------------------------------------------------------------------

constexpr ModelConfig tiny{.d_model = 4, .d_ff = 16, .n_heads = 2, .n_layers = 6, .p_drop = 0.0f};

void show_layer(const SceneRequest& request) {
  draw_encoder_layer(request);
  ParameterStore store(1);
  const Encoder encoder(store, "encoder", tiny);
  std::vector<TableRow> table;
  for (const Parameter& parameter : store.parameters()) {
    if (!parameter.path.starts_with("encoder.layer_0.")) continue;
    const MatrixView value = parameter.value();
    table.push_back({parameter.path, fmt::format("({}, {})", value.n_rows, value.n_columns),
                     std::to_string(value.size())});
  }
  print_table({"parameter", "shape", "numbers"}, table);
  const auto count = [&](std::string_view part) {
    return std::count_if(
        store.parameters().begin(), store.parameters().end(),
        [&](const Parameter& p) { return p.path.find(part) != std::string::npos; });
  };
  value("matrices in one feed-forward network", count("layer_0.feed_forward.w_"));
  value("feed-forward networks in the stack", count("feed_forward.w_1"));
}

void show_stack(const SceneRequest&) {
  ParameterStore store(1);
  const Encoder encoder(store, "encoder", tiny);
  const std::vector<Index> offsets = {0, 5};
  const Matrix x = sentence();
  Tape tape(Threads::serial());
  print_matrix("x", view_of(x), {.row_labels = sentence_words});
  const Variable memory = encoder(tape.input(view_of(x)), {offsets});
  print_matrix("memory: six layers later, of the same shape", memory.value(),
               {.row_labels = sentence_words});
}

const Chapter chapter = {
    "05_encoder",
    "The encoder's parts one by one, a layer, and a stack.",
    {{"one_word",
      "a word's numbers through a whole layer",
      show_one_word,
      {{"word", "1", "Which word of the sentence, from 0"}}},
     {"residual", "a residual connection, forward and back", show_residual},
     {"layer_norm", "the norm of four numbers, by hand", show_layer_norm},
     {"epsilon", "what the epsilon does to small inputs", show_epsilon},
     {"three_terms", "the gradient of the norm, term by term", show_three_terms},
     {"receipts", "the gradient of the norm, found in three ways", show_receipts},
     {"dropout",
      "a mask of dropout, forward and back",
      show_dropout,
      {{"p", "0.3", "The probability"}, {"seed", "3", "The key of the mask"}}},
     {"question", "a hidden number made by hand", show_question},
     {"feed_forward", "the feed-forward network of each word", show_feed_forward},
     {"stack", "a sentence after six layers", show_stack},
     {"layer", "the parameters of a layer", show_layer},
     {"sorting", "an encoder that learns to sort digits", show_sorting},
     {"with_and_without",
      "a stack without residual connections, without norms",
      show_with_and_without,
      {{"n-layers", "12", "Layers of the stack"}}},
     {"gradients_by_layer",
      "gradients before training, layer by layer",
      show_gradients_by_layer,
      {{"n-layers", "12", "The layers of the stack"}}},
     {"gradients_by_depth", "gradients of ever deeper stacks", show_gradients_by_depth},
     {"large_steps", "deep stacks that learn, with two learning rates", show_large_steps},
     {"parameters", "how many parameters the paper's models have", show_parameter_counts}},
    check_reference};

}  // namespace
}  // namespace transformer

int main(int argc, char** argv) {
  return transformer::run_chapter(argc, argv, transformer::chapter);
}
