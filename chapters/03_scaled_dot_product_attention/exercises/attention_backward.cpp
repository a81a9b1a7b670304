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
  // vectors = product(weights, v);

  const Matrix dv = v * 0, dq = q * 0, dk = k * 0, dbias = bias * 0;  // yours instead
  return {dq, dk, dv, dbias};
}

}  // namespace transformer
