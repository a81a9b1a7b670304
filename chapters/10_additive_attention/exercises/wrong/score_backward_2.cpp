// The check says: every word used the query
#include "chapters/10_additive_attention/exercises/score_backward.hpp"

#include <cmath>

namespace transformer {

ScoreGradients exercise_score_backward(const Matrix& q, const Matrix& k, const Matrix& v,
                                       const Matrix& dscores) {
  ScoreGradients gradients{xt::zeros_like(q), xt::zeros_like(k), xt::zeros_like(v)};
  for (size_t j = 0; j < k.shape(0); ++j) {
    for (size_t c = 0; c < k.shape(1); ++c) {
      const float hidden = std::tanh(q(0, c) + k(j, c));
      gradients.dv(0, c) += dscores(0, j) * hidden;
      const float dsum = dscores(0, j) * v(0, c) * (1 - hidden * hidden);
      gradients.dk(j, c) = dsum;
      gradients.dq(0, c) = dsum;
    }
  }
  return gradients;
}

}  // namespace transformer
