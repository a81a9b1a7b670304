// Checks mask_after_softmax against the chapter's own attention.
#include "chapters/03_scaled_dot_product_attention/attention.hpp"
#include "chapters/03_scaled_dot_product_attention/exercises/mask_after_softmax.hpp"
#include "src/book/examples.hpp"
#include "src/book/exercise.hpp"

int main() {
  using namespace transformer;
  const Matrix q = normal_matrix(4, 3, 1);
  Matrix k = normal_matrix(4, 3, 2), expected = zeros(4, 4);
  attention_weights(view_of(q), view_of(k), Mask::causal, view_of(expected));

  Exercise exercise("mask_after_softmax");
  const Matrix weights = exercise_causal_weights(q, k);
  exercise.expect("weight of the first key for the first query", weights(0, 0), 1.0,
                  "the first query sees one key, so that key gets everything");
  // The last key is hidden from the first three queries.
  for (size_t c = 0; c < 3; ++c) k(3, c) += 1.0f;
  const Matrix after = exercise_causal_weights(q, k);
  exercise.expect("weights of the first three queries after a change of the last key",
                  view_of(after).rows(0, 3), view_of(weights).rows(0, 3),
                  "the hidden scores are still in the sum by which the softmax divides");
  exercise.expect("weights", view_of(weights), view_of(expected),
                  "exp(-infinity) is 0: hide the scores, not the weights");
  return exercise.finish();
}
