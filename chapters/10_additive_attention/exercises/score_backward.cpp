#include "chapters/10_additive_attention/exercises/score_backward.hpp"

namespace transformer {

ScoreGradients exercise_score_backward(const Matrix& q, const Matrix& k, const Matrix& v,
                                       const Matrix& /*dscores*/) {
  return {xt::zeros_like(q), xt::zeros_like(k), xt::zeros_like(v)};
}

}  // namespace transformer
