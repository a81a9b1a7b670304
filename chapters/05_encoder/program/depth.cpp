#include "chapters/05_encoder/program/demonstrations.hpp"

#include <fmt/format.h>

#include <cmath>

#include "chapters/05_encoder/program/stacks.hpp"
#include "src/autograd/operations.hpp"
#include "src/book/examples.hpp"
#include "src/book/sections.hpp"
#include "src/draw/figures.hpp"

namespace transformer {

namespace {

ModelConfig config_of(Index n_layers) {
  return {.d_model = 64, .d_ff = 256, .n_heads = 4, .n_layers = n_layers, .p_drop = 0.0f};
}

//! [stripped]
/// The paper's stack, or one that lacks residual connections or norms.
template <bool has_residual, bool has_norm>
class StrippedStack {
 public:
  StrippedStack(ParameterStore& store, const ModelConfig& config) {
    for (Index i = 0; i < config.n_layers; ++i) {
      const std::string path = fmt::format("encoder.layer_{}", i);
      layers_.push_back({{store, path + ".self_attention", config.d_model, config.n_heads},
                         {store, path + ".feed_forward", config},
                         {store, path + ".norm_1", config.d_model},
                         {store, path + ".norm_2", config.d_model}});
    }
  }
  Variable operator()(Variable x, const Segments& sentences) const {
    for (const Layer& layer : layers_) {
      x = around(x, layer.attention(x, sentences, Mask::none), layer.norm_1);
      x = around(x, layer.feed_forward(x), layer.norm_2);
    }
    return x;
  }

 private:
  static Variable around(Variable x, Variable sublayer, const LayerNorm& norm) {
    const Variable y = has_residual ? add(x, sublayer) : sublayer;
    return has_norm ? norm(y) : y;
  }
  //! [stripped]

  struct Layer {
    SelfAttention attention;
    FeedForward feed_forward;
    LayerNorm norm_1, norm_2;
  };
  std::vector<Layer> layers_;
};

/// What comes out of a stack before any training, and what goes back through it.
struct Passage {
  std::vector<double> gradients;  ///< |d loss / d w_2| of every layer's feed-forward network ...
  double size = 0.0;              ///< ... and of the output the root mean square ...
  double cosine = 0.0;            ///< ... and of all pairs of words the cosine, each a mean.
};

/// The mean cosine of the angles between two rows.
double mean_cosine(ConstMatrixView rows) {
  double sum = 0.0;
  Index n = 0;
  const auto product = [&](Index i, Index j) {
    return inner_product(rows.rows(i, i + 1), rows.rows(j, j + 1));
  };
  for (Index i = 0; i < rows.n_rows; ++i) {
    for (Index j = 0; j < i; ++j, ++n) {
      sum += product(i, j) / std::sqrt(product(i, i) * product(j, j));
    }
  }
  return sum / static_cast<double>(n);
}

/// Over several starts; of gradients the root mean square.
template <class Stack>
Passage pass_through(Index n_layers) {
  constexpr Index n_starts = 8, n_tokens = 32;
  const ModelConfig config = config_of(n_layers);
  const std::vector<Index> offsets = {0, n_tokens / 2, n_tokens};
  Passage passage{std::vector<double>(static_cast<size_t>(n_layers))};
  std::vector<double>& norms = passage.gradients;
  Tape tape(Threads::serial());
  for (std::uint64_t start = 0; start < n_starts; ++start) {
    ParameterStore store(start);
    const Stack stack(store, config);
    const Matrix x = normal_matrix(n_tokens, config.d_model, 100 + start),
                 dy = normal_matrix(n_tokens, config.d_model, 200 + start, 1.0 / n_tokens);
    tape.begin(Mode::training);
    const Variable y = stack(tape.input(view_of(x), true), {offsets});
    const ConstMatrixView out = y.value();
    passage.size += std::sqrt(inner_product(out, out) / static_cast<double>(out.size())) / n_starts;
    passage.cosine += mean_cosine(out.rows(0, offsets[1])) / n_starts;
    tape.backward(y, view_of(dy));
    for (size_t i = 0; i < norms.size(); ++i) {
      const ConstMatrixView gradient =
          store.at(fmt::format("encoder.layer_{}.feed_forward.w_2", i)).variable.gradient();
      norms[i] += inner_product(gradient, gradient) / n_starts;
    }
  }
  for (double& norm : norms) norm = std::sqrt(norm);
  return passage;
}

template <class Stack>
std::vector<double> gradient_norms(Index n_layers) {
  return pass_through<Stack>(n_layers).gradients;
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
    for (Series& line : lines) line.x.push_back(static_cast<double>(i));
    table.push_back({std::to_string(i), number_text(post[i], 1), number_text(pre[i], 1),
                     number_text(pre[i] * std::sqrt(static_cast<double>(i + 1)), 1)});
  }
  print_table({"layer", post_name, pre_name, "norm before, times sqrt(layer + 1)"}, table);
  request.draw(
      "gradients_by_layer",
      line_chart(lines, {.title = fmt::format("Gradient in each layer of a stack of {}", n_layers),
                         .x_label = "layer",
                         .y_label = "length of the gradient of w_2",
                         .low_y = 0.0}));
}

void show_with_and_without(const SceneRequest& request) {
  const Index n_layers = request.integer("n-layers", 1, 64);
  std::vector<TableRow> table;
  const auto add_row = [&](const std::string& what, const Passage& passage) {
    // Where numbers grow that much, rounding decides on all but their size.
    const auto power = [](double x) { return fmt::format("10^{:.0f}", std::floor(std::log10(x))); };
    table.push_back({what, power(passage.gradients.front()), power(passage.gradients.back()),
                     fmt::format("{:.0e}", passage.size), number_text(1 - passage.cosine, 4)});
  };
  add_row("both", pass_through<StrippedStack<true, true>>(n_layers));
  add_row("residual alone", pass_through<StrippedStack<true, false>>(n_layers));
  add_row("norm alone", pass_through<StrippedStack<false, true>>(n_layers));
  add_row("neither", pass_through<StrippedStack<false, false>>(n_layers));
  print_table(
      {"", "gradient, first layer", "last layer", "size of the numbers", "1 - cosine of two words"},
      table);
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
