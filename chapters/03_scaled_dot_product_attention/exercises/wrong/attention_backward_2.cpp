// The check says: nothing divides it
#include "chapters/03_scaled_dot_product_attention/exercises/attention_backward.hpp"

#include <cmath>

#include "chapters/03_scaled_dot_product_attention/program/plain.hpp"
#include "src/book/attention_formulas.hpp"

namespace transformer {

using formula::product, formula::transpose;

BiasedGradients exercise_attention_backward(const Matrix& q, const Matrix& k, const Matrix& v,
                                            const Matrix& bias, const Matrix& dvectors) {
  const float root = std::sqrt(static_cast<float>(q.shape(1)));
  const Matrix scores = product(q, transpose(k)) / root + bias;
  const Matrix weights = plain_softmax(scores);

  const Matrix dv = product(transpose(weights), dvectors);
  const Matrix dweights = product(dvectors, transpose(v));
  const Matrix dscores = plain_softmax_backward(weights, dweights);
  const Matrix dq = product(dscores, k) / root;
  const Matrix dk = product(transpose(dscores), q) / root;
  return {dq, dk, dv, dscores / root};
}

}  // namespace transformer
