// Checks causal_off_by_one against the chapter's own attention.
#include "chapters/03_scaled_dot_product_attention/attention.hpp"
#include "chapters/03_scaled_dot_product_attention/exercises/causal_off_by_one.hpp"
#include "src/book/examples.hpp"
#include "src/book/exercise.hpp"

namespace transformer {
namespace {

void compare(Exercise& exercise, Index n_queries, Index n_keys, const char* what,
             const char* hint) {
  const Matrix q = normal_matrix(n_queries, 4, 1), k = normal_matrix(n_keys, 4, 2);
  Matrix expected = zeros(n_queries, n_keys), weights = zeros(n_queries, n_keys);
  attention_weights(view_of(q), view_of(k), Mask::causal, view_of(expected));
  matmul(view_of(q), transposed(view_of(k)), view_of(weights));
  const Matrix mask = exercise_causal_mask(n_queries, n_keys);
  add_to(view_of(mask), view_of(weights));
  softmax_forward(view_of(weights), 0.5f, Mask::none, view_of(weights));  // 1 / sqrt(d_k)
  exercise.expect(what, view_of(weights), view_of(expected), hint);
}

}  // namespace
}  // namespace transformer

int main() {
  using namespace transformer;
  Exercise exercise("causal_off_by_one");
  compare(exercise, 5, 5, "weights, 5 queries and 5 keys", "query i sees keys 0 to i, itself too");
  compare(exercise, 1, 5, "weights, 1 query and 5 keys", "the newest word sees all keys");
  compare(exercise, 2, 5, "weights, 2 queries and 5 keys",
          "query i stands at position i + (n_keys - n_queries)");
  return exercise.finish();
}
