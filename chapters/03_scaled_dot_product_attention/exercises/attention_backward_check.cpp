// Checks attention_backward against the chapter's own.
#include "chapters/03_scaled_dot_product_attention/exercises/attention_backward.hpp"
#include "src/book/attention_formulas.hpp"
#include "src/book/examples.hpp"
#include "src/book/exercise.hpp"

int main() {
  using namespace transformer;
  using formula::product, formula::transpose;
  constexpr Index n = 4, d_k = 4;
  const Matrix q = normal_matrix(n, d_k, 1), k = normal_matrix(n, d_k, 2),
               v = normal_matrix(n, d_k, 3), dvectors = normal_matrix(n, d_k, 4);
  const PlainGradients expected = plain_attention_backward(q, k, v, dvectors);
  const Matrix twice_dq = 2 * expected.dq, twice_dk = 2 * expected.dk;  // sqrt(d_k) is 2
  const Matrix weights = plain_softmax(product(q, transpose(k)) / 2.0f);
  const Matrix dweights = product(dvectors, transpose(v));
  const Matrix past_softmax = product(dweights, k) / 2.0f;
  const Matrix across = product(plain_softmax_backward(weights, dweights), q) / 2.0f;

  Exercise exercise("attention_backward");
  exercise.name_places({"who", "saw", "the", "dog"}, {});
  const PlainGradients found = exercise_attention_backward(q, k, v, dvectors);
  exercise.expect("dv", view_of(found.dv), view_of(expected.dv),
                  "value j has a part in every query's vector: transpose(weights) dvectors");
  exercise.expect("dq", view_of(found.dq), view_of(expected.dq),
                  {{view_of(twice_dq), "the scores were divided by sqrt(d_k), so is their slope"},
                   {view_of(past_softmax), "between weights and scores there is a softmax"}},
                  "score (i, j) has query i in it, with the factor key j / sqrt(d_k)");
  exercise.expect("dk", view_of(found.dk), view_of(expected.dk),
                  {{view_of(twice_dk), "the scores were divided by sqrt(d_k), so is their slope"},
                   {view_of(across), "key j sums over queries: column j of dscores, not row j"}},
                  "score (i, j) has key j in it, with the factor query i / sqrt(d_k)");
  return exercise.finish();
}
