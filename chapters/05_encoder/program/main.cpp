// Shows the encoder's parts one by one: layer normalization, the residual connection, dropout, the
// feed-forward network, a layer and a stack.
#include <fmt/format.h>

#include <algorithm>

#include "chapters/05_encoder/encoder.hpp"
#include "chapters/05_encoder/pre_norm.hpp"
#include "chapters/05_encoder/program/demonstrations.hpp"
#include "chapters/05_encoder/program/parts.hpp"
#include "chapters/05_encoder/program/receipts.hpp"
#include "src/book/examples.hpp"
#include "src/book/reference.hpp"
#include "src/book/scenes.hpp"
#include "src/book/sections.hpp"

namespace transformer {
namespace {

const std::vector<std::string> words = {"the", "dog", "ate", "the", "cat"};

// ---- The feed-forward network, a layer, a stack -----------------------------------------------

constexpr ModelConfig tiny{.d_model = 4, .d_ff = 16, .n_heads = 2, .n_layers = 6, .p_drop = 0.0f};

/// 'the dog ate the cat' without positions: the first and the fourth vector are the same.
Matrix sentence() {
  Matrix x = normal_matrix(5, tiny.d_model, 7);
  xt::row(x, 3) = xt::row(x, 0);
  return x;
}

void show_feed_forward(const SceneRequest&) {
  ParameterStore store(1);
  const FeedForward feed_forward(store, "feed_forward", tiny);
  Tape tape(Threads::serial());
  const Matrix x = sentence();
  const Variable y = feed_forward(tape.input(view_of(x)));
  print_matrix("x", view_of(x), {.row_labels = words});
  print_matrix("FFN(x)", y.value(), {.row_labels = words});
  double difference = 0;
  for (Index i = 0; i < 5; ++i) {
    const Variable alone = feed_forward(tape.input(view_of(x).rows(i, i + 1)));
    difference = std::max(difference, largest_difference(alone.value(), y.value().rows(i, i + 1)));
  }
  value("largest difference to each word alone", difference, 4);
}

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
  print_matrix("x", view_of(x), {.row_labels = words});
  const Variable memory = encoder(tape.input(view_of(x)), {offsets});
  print_matrix("memory: six layers later, of the same shape", memory.value(),
               {.row_labels = words});
}

// ---- The reference ----------------------------------------------------------------------------

void check_layer_norm(ReferenceCheck& check) {
  const Matrix example = normalised(check.input("layer_norm/example"));
  check.compare("layer_norm/outputs/example", view_of(example));
  const Matrix x_value = check.input("layer_norm/x"), dy = check.input("layer_norm/dy");
  ParameterStore store(0);
  const Variable gain = store.add("gain", 1, 4, {}), bias = store.add("bias", 1, 4, {});
  check.load_values(store, "layer_norm/parameters/");
  Tape tape(Threads::serial());
  tape.begin(Mode::training);
  const Variable x = tape.input(view_of(x_value), true), y = layer_norm(x, gain, bias);
  tape.backward(y, view_of(dy));
  check.compare("layer_norm/outputs/y", y.value());
  check.compare("layer_norm/gradients/x", x.gradient());
  check.compare_gradients(store, "layer_norm/gradients/");
}

/// `name` is layer (one of them) or stack.
void check_encoder(ReferenceCheck& check, const std::string& name, ModelConfig config,
                   const Segments& sentences) {
  if (name == "layer") config.n_layers = 1;
  const Matrix x_value = check.input(name + "/x"), dy = check.input(name + "/dy");
  ParameterStore store(0);
  const Encoder encoder(store, "encoder", config);
  check.load_values(store, name + "/parameters/");
  Tape tape(Threads::serial());
  tape.begin(Mode::training);
  const Variable x = tape.input(view_of(x_value), true), y = encoder(x, sentences);
  tape.backward(y, view_of(dy));
  check.compare(name + "/outputs/y", y.value());
  check.compare(name + "/gradients/x", x.gradient());
  check.compare_gradients(store, name + "/gradients/");
}

void check_reference(ReferenceCheck& check) {
  ModelConfig config{.p_drop = 0.0f};
  check.read_settings(config);
  const std::vector<Index> offsets = check.offsets("offsets");
  check_layer_norm(check);
  check_encoder(check, "layer", config, {offsets});
  check_encoder(check, "stack", config, {offsets});

  // The norm before each sub-layer, with the parameters of "layer".
  ParameterStore store(0);
  const PreNormLayer pre_norm(store, "encoder.layer_0", config);
  check.load_values(store, "layer/parameters/");
  const Matrix x = check.input("layer/x");
  Tape tape(Threads::serial());
  check.compare("layer/outputs/pre_norm", pre_norm(tape.input(view_of(x)), {offsets}).value());
}

const Chapter chapter = {
    "05_encoder",
    "The encoder's parts one by one, a layer, and a stack.",
    {{"residual", "a residual connection, forward and back", show_residual},
     {"layer_norm", "the norm of four numbers, by hand", show_layer_norm},
     {"epsilon", "what the epsilon does to small inputs", show_epsilon},
     {"three_terms", "the gradient of the norm, term by term", show_three_terms},
     {"receipts", "the gradient of the norm, found in three ways", show_receipts},
     {"dropout",
      "a mask of dropout, forward and back",
      show_dropout,
      {{"p", "0.3", "The probability"}, {"seed", "3", "The key of the mask"}}},
     {"feed_forward", "the feed-forward network of each word", show_feed_forward},
     {"layer", "the parameters of a layer", show_layer},
     {"stack", "a sentence after six layers", show_stack},
     {"gradients_by_layer",
      "gradients before training, layer by layer",
      show_gradients_by_layer,
      {{"n-layers", "12", "The layers of the stack"}}},
     {"gradients_by_depth", "gradients of ever deeper stacks", show_gradients_by_depth},
     {"parameters", "how many parameters the paper's models have", show_parameter_counts}},
    check_reference};

}  // namespace
}  // namespace transformer

int main(int argc, char** argv) {
  return transformer::run_chapter(argc, argv, transformer::chapter);
}
