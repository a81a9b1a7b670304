// Checks split_heads against the chapter's way: a head is a block of columns.
#include <string>

#include "chapters/04_multi_head_attention/exercises/split_heads.hpp"
#include "src/book/exercise.hpp"

int main() {
  using namespace transformer;
  constexpr Index n_sentences = 2, n_tokens = 3, n_heads = 2, d_k = 4, d_model = n_heads * d_k;
  // Numbers that say where they are: sentence, token, column.
  Padded q = Padded::from_shape({n_sentences, n_tokens, d_model});
  for (Index s = 0; s < n_sentences; ++s) {
    for (Index i = 0; i < n_tokens; ++i) {
      for (Index j = 0; j < d_model; ++j) q(s, i, j) = static_cast<float>(100 * s + 10 * i + j);
    }
  }
  const PaddedHeads heads = exercise_split_heads(q, n_heads);

  Exercise exercise("split_heads");
  exercise.name_places({"token 0", "token 1", "token 2"}, {});
  for (Index s = 0; s < n_sentences; ++s) {
    for (Index h = 0; h < n_heads; ++h) {
      Matrix right = zeros(n_tokens, d_k), mixed = right, reversed = right, first = right;
      for (Index i = 0; i < n_tokens; ++i) {
        for (Index c = 0; c < d_k; ++c) {
          right(i, c) = q(s, i, h * d_k + c);
          mixed(i, c) = q(s, i, c * n_heads + h);
          reversed(i, c) = q(s, i, (1 - h) * d_k + c);
          first(i, c) = q(0, i, h * d_k + c);
        }
      }
      const ConstMatrixView actual(&heads(s, h, 0, 0), n_tokens, d_k);
      exercise.expect("head " + std::to_string(h) + " of sentence " + std::to_string(s) +
                          " (100 sentence + 10 token + column)",
                      actual, view_of(right),
                      {{view_of(mixed), "a head takes columns that lie side by side"},
                       {view_of(reversed), "head 0 has the first columns"},
                       {view_of(first), "each sentence has heads of its own"}},
                      "row i of a head is a piece of token i: which numbers lie side by side?");
    }
  }
  return exercise.finish();
}
