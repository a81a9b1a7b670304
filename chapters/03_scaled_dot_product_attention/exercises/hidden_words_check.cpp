// Checks hidden_words against the chapter's own attention.
#include "chapters/03_scaled_dot_product_attention/attention.hpp"
#include "chapters/03_scaled_dot_product_attention/exercises/hidden_words.hpp"
#include "src/book/examples.hpp"
#include "src/book/exercise.hpp"

int main() {
  using namespace transformer;
  const Matrix q = normal_matrix(4, 3, 1);
  Matrix k = normal_matrix(4, 3, 2), expected = zeros(4, 4);
  attention_weights(view_of(q), view_of(k), Mask::causal, view_of(expected));

  Exercise exercise("hidden_words");
  const Matrix weights = exercise_causal_weights(q, k);
  exercise.name_places({"who", "saw", "the", "dog"}, {"who", "saw", "the", "dog"});
  const bool later_is_seen = weights(0, 3) > 0 || weights(0, 1) > 0;
  exercise.expect(
      "weight of the first word for itself", weights(0, 0), 1.0,
      later_is_seen && weights(0, 3) > 0
          ? "a score of 0 hides nothing: exp(0) is 1. Which score has the exponential 0?"
      : later_is_seen ? "each word still sees one word too many, the next one"
                      : "the first word sees one key, so that key gets everything");
  exercise.expect("weight of the first word for the second", weights(1, 0), expected(1, 0),
                  {{0.0, "the earlier words are hidden, and the later ones seen"}}, "");
  // The last key is hidden from the first three queries.
  for (size_t c = 0; c < 3; ++c) k(3, c) += 1.0f;
  const Matrix after = exercise_causal_weights(q, k);
  exercise.expect("weights of the first three words after a change of the last",
                  view_of(after).rows(0, 3), view_of(weights).rows(0, 3),
                  "the hidden scores are still in the sum by which the softmax divides");
  exercise.expect("weights", view_of(weights), view_of(expected),
                  "exp(-infinity) is 0: hide the scores, not the weights");
  return exercise.finish();
}
