// Checks attention_backward against the formulas.
#include "chapters/03_scaled_dot_product_attention/exercises/attention_backward.hpp"
#include "chapters/03_scaled_dot_product_attention/program/plain.hpp"
#include "src/book/attention_formulas.hpp"
#include "src/book/examples.hpp"
#include "src/book/exercise.hpp"

int main() {
  using namespace transformer;
  using formula::product, formula::transpose;
  constexpr Index n = 4, d_k = 4;
  constexpr float root = 2;
  const Matrix q = normal_matrix(n, d_k, 1), k = normal_matrix(n, d_k, 2),
               v = normal_matrix(n, d_k, 3), bias = normal_matrix(n, n, 4),
               dvectors = normal_matrix(n, d_k, 5);
  const Matrix weights = plain_softmax(product(q, transpose(k)) / root + bias);
  const Matrix dweights = product(dvectors, transpose(v));
  const Matrix dscores = plain_softmax_backward(weights, dweights);
  const Matrix dq = product(dscores, k) / root, dk = product(transpose(dscores), q) / root,
               dv = product(transpose(weights), dvectors);
  const Matrix twice_dq = root * dq, twice_dk = root * dk, halved = dscores / root,
               past_softmax = product(dweights, k) / root, across = product(dscores, q) / root;

  Exercise exercise("attention_backward");
  exercise.name_places({"who", "saw", "the", "dog"}, {});
  const BiasedGradients found = exercise_attention_backward(q, k, v, bias, dvectors);
  exercise.expect("dv", view_of(found.dv), view_of(dv),
                  "value j has a part in every query's vector: transpose(weights) dvectors");
  exercise.expect("dbias", view_of(found.dbias), view_of(dscores),
                  {{view_of(halved), "the bias is added after the division: nothing divides it"},
                   {view_of(dweights), "between weights and scores there is a softmax"}},
                  "one more in the bias is one more in the score");
  exercise.expect("dq", view_of(found.dq), view_of(dq),
                  {{view_of(twice_dq), "q k^T was divided by sqrt(d_k), so is its slope"},
                   {view_of(past_softmax), "between weights and scores there is a softmax"}},
                  "score (i, j) has query i in it, with the factor key j / sqrt(d_k)");
  exercise.expect("dk", view_of(found.dk), view_of(dk),
                  {{view_of(twice_dk), "q k^T was divided by sqrt(d_k), so is its slope"},
                   {view_of(across), "key j sums over queries: column j of dscores, not row j"}},
                  "score (i, j) has key j in it, with the factor query i / sqrt(d_k)");
  return exercise.finish();
}
