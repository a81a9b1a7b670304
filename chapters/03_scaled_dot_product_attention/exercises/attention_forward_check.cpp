// Checks attention_forward against the chapter's own attention.
#include <cmath>

#include "chapters/03_scaled_dot_product_attention/attention.hpp"
#include "chapters/03_scaled_dot_product_attention/exercises/attention_forward.hpp"
#include "src/book/examples.hpp"
#include "src/book/exercise.hpp"

namespace transformer {
namespace {

Matrix attention_of(const Matrix& q, const Matrix& k, const Matrix& v) {
  Matrix weights = zeros(static_cast<Index>(q.shape(0)), static_cast<Index>(k.shape(0)));
  Matrix vectors = zeros(static_cast<Index>(q.shape(0)), static_cast<Index>(v.shape(1)));
  attention_forward(view_of(q), view_of(k), view_of(v), Mask::none, view_of(weights),
                    view_of(vectors));
  return vectors;
}

/// Where each key shares itself among the queries.
Matrix along_columns(const Matrix& q, const Matrix& k, const Matrix& v) {
  Matrix weights = zeros(static_cast<Index>(k.shape(0)), static_cast<Index>(q.shape(0)));
  attention_weights(view_of(k), view_of(q), Mask::none, view_of(weights));
  Matrix vectors = zeros(static_cast<Index>(q.shape(0)), static_cast<Index>(v.shape(1)));
  matmul(transposed(view_of(weights)), view_of(v), view_of(vectors));
  return vectors;
}

}  // namespace
}  // namespace transformer

int main() {
  using namespace transformer;
  const Matrix q = normal_matrix(3, 4, 1), k = normal_matrix(5, 4, 2), v = normal_matrix(5, 2, 3);
  const Matrix expected = attention_of(q, k, v), undivided = attention_of(2 * q, k, v),
               columns = along_columns(q, k, v);

  Exercise exercise("attention_forward");
  exercise.name_places({"dog", "ate", "cat"}, {});
  const Matrix vectors = exercise_attention(q, k, v);
  exercise.expect("vectors", view_of(vectors), view_of(expected),
                  {{view_of(undivided), "the scores are not divided by sqrt(d_k)"},
                   {view_of(columns), "the weights of a query sum to 1, those of a key need not"}},
                  "scores, then softmax along each row, then the weighted sum of the values");
  const Matrix large = exercise_attention(100 * q, k, v), sharp = attention_of(100 * q, k, v);
  exercise.expect("vectors where scores are very large", view_of(large), view_of(sharp),
                  std::isnan(large(0, 0)) || std::isnan(large(1, 0)) || std::isnan(large(2, 0))
                      ? "exp(89) is more than a float holds: subtract the row's largest score"
                      : "");
  return exercise.finish();
}
