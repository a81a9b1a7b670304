// Shows several attentions side by side: heads as blocks of columns, what each looks at, that
// nothing is added but the view, and what goes wrong when heads are split wrongly.
#include <fmt/format.h>

#include "chapters/03_scaled_dot_product_attention/program/plain.hpp"
#include "chapters/04_multi_head_attention/multi_head_attention.hpp"
#include "chapters/04_multi_head_attention/program/demonstrations.hpp"
#include "chapters/04_multi_head_attention/program/wrong_split.hpp"
#include "src/book/attention_formulas.hpp"
#include "src/book/examples.hpp"
#include "src/book/scenes.hpp"
#include "src/book/sections.hpp"

namespace transformer {
namespace {

const std::vector<std::string> words = {"the", "dog", "ate", "the", "cat"};
constexpr Index n_tokens = 5, d_model = 8, n_heads = 2, d_k = d_model / n_heads;
const std::vector<Index> offsets = {0, n_tokens};  // one sentence

// ---- Heads ------------------------------------------------------------------------------------

void show_shapes(const SceneRequest& request) {
  request.draw("multi_head", multi_head_figure());
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
                            {"heads: their vectors side by side", shape(n_tokens, d_model)},
                            {"w_o", shape(d_model, d_model)},
                            {"y: heads times w_o", shape(n_tokens, d_model)}});
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

// ---- The heads one by one ---------------------------------------------------------------------

using formula::product;

//! [separate]
/// The formula word for word: head_i = Attention(x W_i^Q, x W_i^K, x W_i^V) with matrices of its
/// own, (d_model, d_k); the heads side by side times W^O.
Matrix separate_heads(const Matrix& x, const Matrix& w_q, const Matrix& w_k, const Matrix& w_v,
                      const Matrix& w_o) {
  Matrix side_by_side = zeros(n_tokens, d_model);
  for (Index i = 0; i < n_heads; ++i) {
    const Index begin = i * d_k, end = begin + d_k;
    const auto own = [=](const Matrix& w) { return formula::columns(w, begin, end); };
    const Matrix head =
        plain_attention(product(x, own(w_q)), product(x, own(w_k)), product(x, own(w_v)));
    xt::view(side_by_side, xt::all(), xt::range(begin, end)) = head;
  }
  return product(side_by_side, w_o);
}
//! [separate]

void show_separate(const SceneRequest&) {
  const Attended layer;
  const Matrix w_qkv = matrix_of<float>(layer.weight("w_qkv"));
  const auto third = [&](Index i) {
    return formula::columns(w_qkv, i * d_model, (i + 1) * d_model);
  };
  const Matrix separate = separate_heads(layer.sentence, third(0), third(1), third(2),
                                         matrix_of<float>(layer.weight("w_o")));
  print_matrix("y, all heads at once", layer.y.value(), {.row_labels = words});
  value("largest difference to the heads one by one",
        largest_difference(layer.y.value(), view_of(separate)), 5);
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
     {"who_ate_whom",
      "the same learned, with ever more nouns",
      show_who_ate_whom,
      {{"steps", "4000", "Steps of gradient descent"}}},
     {"shapes", "what is how large", show_shapes},
     {"heads", "what two trained heads look at, and one alone", show_heads},
     {"whole_word", "every head reads the whole word", show_whole_word},
     {"separate_heads", "the heads one by one, as the formula says it", show_separate},
     {"same_projection", "what happens where queries are the keys", show_same_projection},
     {"parameters", "how many parameters it takes", show_parameters, {{"d-model", "512", "Width"}}},
     {"wrong_split", "heads that are split without a transpose", show_wrong_split},
     {"padding", "padding that is attended to", show_padding},
     {"cross_attention", "one sequence looks at another", show_cross_attention},
     {"receipts", "gradients, found in three ways", show_receipts}},
    check_reference};

}  // namespace
}  // namespace transformer

int main(int argc, char** argv) {
  return transformer::run_chapter(argc, argv, transformer::chapter);
}
