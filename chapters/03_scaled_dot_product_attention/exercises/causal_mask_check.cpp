// Checks causal_mask against the chapter's own attention.
#include <cmath>

#include "chapters/03_scaled_dot_product_attention/attention.hpp"
#include "chapters/03_scaled_dot_product_attention/exercises/causal_mask.hpp"
#include "src/book/examples.hpp"
#include "src/book/exercise.hpp"

namespace transformer {
namespace {

/// Softmax of scores and a mask that was added.
Matrix weights_with(const Matrix& q, const Matrix& k, const Matrix& mask) {
  Matrix weights = zeros(static_cast<Index>(q.shape(0)), static_cast<Index>(k.shape(0)));
  matmul(view_of(q), transposed(view_of(k)), view_of(weights));
  add_to(view_of(mask), view_of(weights));
  softmax_forward(view_of(weights), 0.5f, Mask::none, view_of(weights));  // 1 / sqrt(d_k)
  return weights;
}

/// Minus infinity for keys `first_hidden` + i and later.
Matrix hides_from(Index n_queries, Index n_keys, Index first_hidden) {
  Matrix mask = zeros(n_queries, n_keys);
  for (Index i = 0; i < n_queries; ++i) {
    for (Index j = i + first_hidden; j < n_keys; ++j) mask(i, j) = -HUGE_VALF;
  }
  return mask;
}

void compare(Exercise& exercise, Index n_queries, Index n_keys, const char* what) {
  const Matrix q = normal_matrix(n_queries, 4, 1), k = normal_matrix(n_keys, 4, 2);
  Matrix expected = zeros(n_queries, n_keys);
  attention_weights(view_of(q), view_of(k), Mask::causal, view_of(expected));
  const Matrix weights = weights_with(q, k, exercise_causal_mask(n_queries, n_keys));
  const Matrix from_zero = weights_with(q, k, hides_from(n_queries, n_keys, 1));
  exercise.expect(what, view_of(weights), view_of(expected),
                  {{view_of(from_zero),
                    "query i stands at position i + (n_keys - n_queries): the queries come last"}},
                  "query i sees all keys up to its own place, itself too, and no later one");
}

}  // namespace
}  // namespace transformer

int main() {
  using namespace transformer;
  Exercise exercise("causal_mask");
  const Matrix mask = exercise_causal_mask(5, 5);
  exercise.expect("what is added where the first word looks at itself", mask(0, 0), 0.0,
                  "a word may see itself: only later words are hidden");
  const bool is_hidden = std::isinf(mask(0, 1)) && mask(0, 1) < 0;
  exercise.expect("is the second word hidden from the first? (1: yes)", is_hidden, 1.0,
                  "only minus infinity has the exponential 0; any other number leaves a share");
  compare(exercise, 5, 5, "weights, 5 queries and 5 keys");
  compare(exercise, 1, 5, "weights, 1 query and 5 keys");
  compare(exercise, 2, 5, "weights, 2 queries and 5 keys");
  return exercise.finish();
}
