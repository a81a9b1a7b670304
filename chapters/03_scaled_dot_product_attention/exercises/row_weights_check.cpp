// Checks row_weights against the chapter's own attention.
#include "chapters/03_scaled_dot_product_attention/attention.hpp"
#include "chapters/03_scaled_dot_product_attention/exercises/row_weights.hpp"
#include "src/book/examples.hpp"
#include "src/book/exercise.hpp"

namespace transformer {
namespace {

Matrix weights_of(const Matrix& q, const Matrix& k, float divided_by) {
  Matrix weights = zeros(static_cast<Index>(q.shape(0)), static_cast<Index>(k.shape(0)));
  matmul(view_of(q), transposed(view_of(k)), view_of(weights));
  softmax_forward(view_of(weights), 1 / divided_by, Mask::none, view_of(weights));
  return weights;
}

}  // namespace
}  // namespace transformer

int main() {
  using namespace transformer;
  const Matrix q = normal_matrix(3, 4, 1), k = normal_matrix(5, 4, 2);
  Matrix expected = zeros(3, 5);
  attention_weights(view_of(q), view_of(k), Mask::none, view_of(expected));
  const Matrix undivided = weights_of(q, k, 1), divided_twice = weights_of(q, k, 4);

  Exercise exercise("row_weights");
  exercise.name_places({"chat", "chien", "mange"}, {"the", "dog", "ate", "the", "cat"});
  const Matrix weights = exercise_weights(q, k);
  double sum = 0.0, all = 0.0;
  for (size_t j = 0; j < weights.shape(1); ++j) {
    sum += weights(0, j);
    for (size_t i = 0; i < weights.shape(0); ++i) all += weights(i, j);
  }
  exercise.expect("sum of the first query's weights", sum, 1.0,
                  all < 1.001 ? "all queries together share one 1: each should have its own"
                              : "who shares what? which loop runs over the keys of one query?");
  exercise.expect("weights", view_of(weights), view_of(expected),
                  {{view_of(undivided), "the scores are not divided by sqrt(d_k)"},
                   {view_of(divided_twice), "divide by the root of d_k, not by d_k"}},
                  "the weights of one query sum to 1, whatever the other queries do");
  return exercise.finish();
}
