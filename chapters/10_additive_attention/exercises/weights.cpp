#include "chapters/10_additive_attention/exercises/weights.hpp"

namespace transformer {

Matrix exercise_weights(const Matrix& q, const Matrix& k, const Matrix& /*v*/) {
  return zeros(static_cast<Index>(q.shape(0)), static_cast<Index>(k.shape(0)));
}

}  // namespace transformer
