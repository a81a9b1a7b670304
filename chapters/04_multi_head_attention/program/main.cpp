// Shows several attentions side by side: heads as blocks of columns, what each looks at, that
// nothing is added but the view, and what goes wrong when heads are split wrongly.
#include <fmt/format.h>

#include <array>

#include "chapters/04_multi_head_attention/multi_head_attention.hpp"
#include "chapters/04_multi_head_attention/program/demonstrations.hpp"
#include "chapters/04_multi_head_attention/program/wrong_split.hpp"
#include "src/book/examples.hpp"
#include "src/book/scenes.hpp"
#include "src/book/sections.hpp"
#include "src/draw/figures.hpp"

namespace transformer {
namespace {

const std::vector<std::string> words = {"the", "dog", "ate", "the", "cat"};
constexpr Index n_tokens = 5, d_model = 8, n_heads = 2, d_k = d_model / n_heads;
const std::vector<Index> offsets = {0, n_tokens};  // one sentence

// ---- Heads ------------------------------------------------------------------------------------

void show_shapes(const SceneRequest&) {
  const auto shape = [](Index rows, Index columns) {
    return fmt::format("({}, {})", rows, columns);
  };
  fmt::print("n_tokens = {}, d_model = {}, n_heads = {}, d_k = {}\n", n_tokens, d_model, n_heads,
             d_k);
  print_table(
      {"array", "shape"},
      std::vector<TableRow>{{"x, the sentence", shape(n_tokens, d_model)},
                            {"w_qkv: W^Q, W^K and W^V side by side", shape(d_model, 3 * d_model)},
                            {"q, k, v: x times each of them", shape(n_tokens, d_model)},
                            {"head 0: columns 0 to 3 of q, k and v", shape(n_tokens, d_k)},
                            {"head 1: columns 4 to 7 of q, k and v", shape(n_tokens, d_k)},
                            {"concat: the heads' vectors side by side", shape(n_tokens, d_model)},
                            {"w_o", shape(d_model, d_model)},
                            {"y: concat times w_o", shape(n_tokens, d_model)}});
}

/// A sentence, and a layer that nobody has trained; the queries, keys and values that it works out,
/// as it reports them to an observer, and its result.
struct Attended {
  ParameterStore store{1};
  SelfAttention attention{store, "attention", d_model, n_heads};
  Matrix sentence = normal_matrix(n_tokens, d_model, 2);
  Tape tape{Threads::serial()};
  Variable x, q, k, v, y;

  Attended() {
    const Tape::Listening listening =
        tape.listen([&](std::string_view, std::string_view name, Variable variable) {
          (name == "q" ? q : name == "k" ? k : v) = variable;
        });
    x = tape.input(view_of(sentence));
    y = attention(x, {offsets}, Mask::none);
  }
  ConstMatrixView weight(const std::string& name) const {
    return store.at("attention." + name).variable.value();
  }
};

void show_heads(const SceneRequest& request) {
  const Attended p;
  std::array<Matrix, n_heads> weights;
  std::vector<HeatMapPanel> panels;
  for (Index h = 0; h < n_heads; ++h) {
    Matrix& w = weights[static_cast<size_t>(h)];
    w = zeros(n_tokens, n_tokens);
    attention_weights(p.q.value().columns(h * d_k, (h + 1) * d_k),
                      p.k.value().columns(h * d_k, (h + 1) * d_k), Mask::none, view_of(w));
    print_matrix(fmt::format("weights of head {}", h), view_of(w),
                 {.row_labels = words, .column_labels = words});
    panels.push_back({fmt::format("head {}", h), view_of(w)});
  }
  request.draw("heads", heat_maps(panels, {.title = "One map for each head",
                                           .x_label = "key",
                                           .y_label = "query",
                                           .row_labels = words,
                                           .column_labels = words,
                                           .low = 0.0,
                                           .high = 1.0,
                                           .numbers = true}));
}

// ---- The heads one by one ---------------------------------------------------------------------

//! [separate]
/// The formula word for word: head_i = Attention(x W_i^Q, x W_i^K, x W_i^V) with matrices of its
/// own, (d_model, d_k); the heads side by side times W^O.
Matrix separate_heads(ConstMatrixView x, ConstMatrixView w_qkv, ConstMatrixView w_o) {
  Matrix concat = zeros(n_tokens, d_model), y = zeros(n_tokens, d_model);
  for (Index i = 0; i < n_heads; ++i) {
    const auto project = [&](Index which) {
      const Index begin = which * d_model + i * d_k;
      Matrix projected = zeros(n_tokens, d_k);
      matmul(x, w_qkv.columns(begin, begin + d_k), view_of(projected));
      return projected;
    };
    const Matrix q = project(0), k = project(1), v = project(2);
    Matrix weights = zeros(n_tokens, n_tokens);
    attention_forward(view_of(q), view_of(k), view_of(v), Mask::none, view_of(weights),
                      view_of(concat).columns(i * d_k, (i + 1) * d_k));
  }
  matmul(view_of(concat), w_o, view_of(y));
  return y;
}
//! [separate]

void show_separate(const SceneRequest&) {
  const Attended layer;
  const Matrix separate =
      separate_heads(layer.x.value(), layer.weight("w_qkv"), layer.weight("w_o"));
  print_matrix("y, all heads at once", layer.y.value(), {.row_labels = words});
  value_line("largest difference to the heads one by one",
             power_text(largest_difference(layer.y.value(), view_of(separate))));
}

void show_whole_word(const SceneRequest&) {
  const Attended layer;
  show_whole_word(layer.x.value(), layer.weight("w_qkv"), n_heads);
}

void show_wrong_split(const SceneRequest& request) {
  const Attended layer;
  show_wrong_split(layer.q.value(), layer.k.value(), n_heads, request);
}

const Chapter chapter = {
    "04_multi_head_attention",
    "Several attentions side by side.",
    {{"why_heads", "who did what to whom, with one head and with two", show_why_heads},
     {"who_ate_whom", "the same learned, with ever more nouns", show_who_ate_whom},
     {"shapes", "what is how large", show_shapes},
     {"heads", "what each head looks at", show_heads},
     {"whole_word", "every head reads the whole word", show_whole_word},
     {"separate_heads", "the heads one by one, as the formula says it", show_separate},
     {"parameters", "how many parameters it takes", show_parameters, {{"d-model", "512", "Width"}}},
     {"wrong_split", "heads that are split without a transpose", show_wrong_split},
     {"cross_attention", "one sequence looks at another", show_cross_attention},
     {"receipts", "gradients, found in three ways", show_receipts}},
    check_reference};

}  // namespace
}  // namespace transformer

int main(int argc, char** argv) {
  return transformer::run_chapter(argc, argv, transformer::chapter);
}
