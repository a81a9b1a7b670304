// Checks softmax_axis against the chapter's own attention.
#include "chapters/03_scaled_dot_product_attention/attention.hpp"
#include "chapters/03_scaled_dot_product_attention/exercises/softmax_axis.hpp"
#include "src/book/examples.hpp"
#include "src/book/exercise.hpp"

int main() {
  using namespace transformer;
  const Matrix q = normal_matrix(3, 4, 1), k = normal_matrix(5, 4, 2);
  Matrix expected = zeros(3, 5);
  attention_weights(view_of(q), view_of(k), Mask::none, view_of(expected));

  Exercise exercise("softmax_axis");
  const Matrix weights = exercise_weights(q, k);
  double sum = 0.0;
  for (size_t j = 0; j < weights.shape(1); ++j) sum += weights(0, j);
  exercise.expect("sum of the first query's weights", sum, 1.0,
                  "which loop runs over the keys of one query?");
  exercise.expect("weights", view_of(weights), view_of(expected), "");
  return exercise.finish();
}
