#include "chapters/05_encoder/program/demonstrations.hpp"

#include <fmt/format.h>

#include <cmath>

#include "chapters/05_encoder/pre_norm.hpp"
#include "src/book/examples.hpp"
#include "src/book/sections.hpp"
#include "src/draw/figures.hpp"

namespace transformer {

namespace {

ModelConfig config_of(Index n_layers) {
  return {.d_model = 64, .d_ff = 256, .n_heads = 4, .n_layers = n_layers, .p_drop = 0.0f};
}

/// The paper's stack.
class PostNormStack {
 public:
  PostNormStack(ParameterStore& store, const ModelConfig& config)
      : encoder_(store, "encoder", config) {}
  Variable operator()(Variable x, const Segments& sentences) const {
    return encoder_(x, sentences);
  }

 private:
  Encoder encoder_;
};

/// The same with the norm before each sub-layer. What leaves the last layer has gone through no
/// norm, so such a stack ends with one more.
class PreNormStack {
 public:
  PreNormStack(ParameterStore& store, const ModelConfig& config)
      : norm_(store, "encoder.norm", config.d_model) {
    for (Index i = 0; i < config.n_layers; ++i) {
      layers_.emplace_back(store, fmt::format("encoder.layer_{}", i), config);
    }
  }
  Variable operator()(Variable x, const Segments& sentences) const {
    for (const PreNormLayer& layer : layers_) x = layer(x, sentences);
    return norm_(x);
  }

 private:
  LayerNorm norm_;
  std::vector<PreNormLayer> layers_;
};

/// |d loss / d w_2| of every layer's feed-forward network before any training: the root mean square
/// over several starts.
template <class Stack>
std::vector<double> gradient_norms(Index n_layers) {
  constexpr Index n_starts = 8, n_tokens = 32;
  const ModelConfig config = config_of(n_layers);
  const std::vector<Index> offsets = {0, n_tokens / 2, n_tokens};
  std::vector<double> norms(static_cast<size_t>(n_layers));
  Tape tape(Threads::serial());
  for (std::uint64_t start = 0; start < n_starts; ++start) {
    ParameterStore store(start);
    const Stack stack(store, config);
    const Matrix x = normal_matrix(n_tokens, config.d_model, 100 + start),
                 dy = normal_matrix(n_tokens, config.d_model, 200 + start, 1.0 / n_tokens);
    tape.begin(Mode::training);
    tape.backward(stack(tape.input(view_of(x), true), {offsets}), view_of(dy));
    for (size_t i = 0; i < norms.size(); ++i) {
      const ConstMatrixView gradient =
          store.at(fmt::format("encoder.layer_{}.feed_forward.w_2", i)).variable.gradient();
      norms[i] += inner_product(gradient, gradient) / n_starts;
    }
  }
  for (double& norm : norms) norm = std::sqrt(norm);
  return norms;
}

const std::string post_name = "norm after (the paper)", pre_name = "norm before";

}  // namespace

void show_gradients_by_layer(const SceneRequest& request) {
  const Index n_layers = request.integer("n-layers", 1, 64);
  const std::vector<double> post = gradient_norms<PostNormStack>(n_layers),
                            pre = gradient_norms<PreNormStack>(n_layers);
  std::vector<Series> lines = {{post_name, {}, post}, {pre_name, {}, pre}};
  std::vector<TableRow> table;
  for (size_t i = 0; i < post.size(); ++i) {
    for (Series& line : lines) line.x.push_back(static_cast<double>(i + 1));
    table.push_back({std::to_string(i + 1), number_text(post[i], 1), number_text(pre[i], 1)});
  }
  print_table({"layer", post_name, pre_name}, table);
  request.draw(
      "gradients_by_layer",
      line_chart(lines, {.title = fmt::format("Gradient in each layer of a stack of {}", n_layers),
                         .x_label = "layer",
                         .y_label = "length of the gradient of w_2",
                         .low_y = 0.0}));
}

void show_gradients_by_depth(const SceneRequest& request) {
  std::vector<Series> lines = {{post_name, {}, {}}, {pre_name, {}, {}}};
  std::vector<TableRow> table;
  for (const Index n_layers : {1, 2, 4, 8, 16, 32}) {
    const double post = gradient_norms<PostNormStack>(n_layers).back(),
                 pre = gradient_norms<PreNormStack>(n_layers).back();
    const auto depth = static_cast<double>(n_layers);
    for (Series& line : lines) line.x.push_back(depth);
    lines[0].y.push_back(post);
    lines[1].y.push_back(pre);
    table.push_back({std::to_string(n_layers), number_text(post, 1), number_text(pre, 1),
                     number_text(pre * std::sqrt(depth), 1)});
  }
  print_table({"layers", post_name, pre_name, "norm before, times sqrt(layers)"}, table);
  request.draw("gradients_by_depth",
               line_chart(lines, {.title = "Gradient in the last layer of a stack",
                                  .x_label = "layers of the stack",
                                  .y_label = "length of the gradient of w_2",
                                  .log_x = true,
                                  .low_y = 0.0}));
}

}  // namespace transformer
