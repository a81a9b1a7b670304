// Shows attention on one sentence, number by number: scores, weights, vectors; the mask, the
// softmax's Jacobian, and why the scores are divided by sqrt(d_k).

#include "chapters/03_scaled_dot_product_attention/attention.hpp"
#include "chapters/03_scaled_dot_product_attention/program/demonstrations.hpp"
#include "chapters/03_scaled_dot_product_attention/program/example.hpp"
#include "chapters/03_scaled_dot_product_attention/program/plain.hpp"
#include "src/book/examples.hpp"
#include "src/book/receipts.hpp"
#include "src/book/scenes.hpp"
#include "src/book/sections.hpp"
#include "src/draw/figures.hpp"

namespace transformer {
namespace {

// ---- The mask ---------------------------------------------------------------------------------

void show_mask(const SceneRequest& request) {
  const Example e;
  Matrix weights = zeros(5, 5), visible = zeros(5, 5);
  attention_weights(view_of(e.q), view_of(e.k), Mask::causal, view_of(weights));
  print_matrix("causal weights: no word sees a later one", view_of(weights),
               {.row_labels = example_words, .column_labels = example_words});
  Matrix last_two = zeros(2, 5);
  attention_weights(view_of(e.q).rows(3, 5), view_of(e.k), Mask::causal, view_of(last_two));
  print_matrix("the last two queries alone", view_of(last_two),
               {.row_labels = {"the", "cat"}, .column_labels = example_words});
  for (Index i = 0; i < 5; ++i) {
    for (Index j = 0; j <= i; ++j) visible(i, j) = 1;
  }
  const HeatMapStyle style{.title = "The causal mask",
                           .x_label = "key",
                           .y_label = "query",
                           .row_labels = example_words,
                           .column_labels = example_words};
  request.draw("mask", mask_map(view_of(visible), style));
}

const Chapter chapter = {
    "03_scaled_dot_product_attention",
    "Scaled dot-product attention.",
    {{"arrows", "the product of two arrows", show_arrows},
     {"shares", "two ways to make shares of scores", show_shares},
     {"temperature", "softer and harder shares", show_temperature},
     {"plain", "attention in plain lines, beside the fast one", show_plain},
     {"queries_keys_values", "what the words look for, are, and say", show_queries_keys_values},
     {"scores", "how well each query fits each key", show_scores},
     {"weights", "the scores as shares", show_weights},
     {"vectors", "the values, weighted", show_vectors},
     {"one_query",
      "one query from its products to its vector",
      show_one_query,
      {{"word", "2", "The word, from 0 to 4"},
       {"trace", "", "A page (HTML) to step through, to be written"}}},
     {"beliefs",
      "two beliefs beside the numbers",
      show_beliefs,
      {{"word", "2", "The word, from 0 to 4"}}},
     {"shuffled", "the same words in another order", show_shuffled},
     {"mask", "no word sees a later one", show_mask},
     {"leak", "masks in the wrong place let the future through", show_leak},
     {"large_scores", "why the largest score is subtracted", show_large_scores},
     {"jacobian",
      "the gradient of softmax",
      show_jacobian,
      {{"word", "2", "The word, from 0 to 4"}}},
     {"scaling", "why the scores are divided by sqrt(d_k)", show_scaling},
     {"one_gradient",
      "one gradient on its way back",
      show_one_gradient,
      {{"word", "2", "The word, from 0 to 4"}}},
     {"word_before", "queries and keys that learn to look back", show_word_before},
     {"receipts", "all gradients, found in three ways", show_receipts},
     {"memory", "what kept weights would take", show_memory},
     {"packed", "packed sentences beside padded ones", show_packed}},
    check_reference};

}  // namespace
}  // namespace transformer

int main(int argc, char** argv) {
  return transformer::run_chapter(argc, argv, transformer::chapter);
}
