// Checks reshape_without_transpose against the chapter's way: a head is a block of columns.
#include <algorithm>
#include <string>

#include "chapters/03_scaled_dot_product_attention/attention.hpp"
#include "chapters/04_multi_head_attention/exercises/reshape_without_transpose.hpp"
#include "src/book/examples.hpp"
#include "src/book/exercise.hpp"

int main() {
  using namespace transformer;
  constexpr Index n_sentences = 2, n_tokens = 3, n_heads = 2, d_k = 4, d_model = n_heads * d_k;
  const Matrix rows = normal_matrix(n_sentences * n_tokens, d_model, 1);
  Padded q = Padded::from_shape({n_sentences, n_tokens, d_model});
  std::copy(rows.begin(), rows.end(), q.begin());
  PaddedHeads heads = exercise_split_heads(q, n_heads);

  Exercise exercise("reshape_without_transpose");
  for (Index s = 0; s < n_sentences; ++s) {
    const ConstMatrixView sentence = view_of(rows).rows(s * n_tokens, (s + 1) * n_tokens);
    for (Index h = 0; h < n_heads; ++h) {
      const ConstMatrixView expected = sentence.columns(h * d_k, (h + 1) * d_k);
      const ConstMatrixView actual(&heads(s, h, 0, 0), n_tokens, d_k);
      const std::string name = "head " + std::to_string(h) + " of sentence " + std::to_string(s);
      exercise.expect(name, actual, expected,
                      "row i of a head is a piece of token i: which pieces lie side by side in q?");
      // The attention of the sentence to itself, in this head.
      Matrix weights = zeros(n_tokens, n_tokens), weights_expected = weights;
      attention_weights(actual, actual, Mask::none, view_of(weights));
      attention_weights(expected, expected, Mask::none, view_of(weights_expected));
      exercise.expect("weights of " + name, view_of(weights), view_of(weights_expected), "");
    }
  }
  return exercise.finish();
}
