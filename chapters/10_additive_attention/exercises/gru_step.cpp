#include "chapters/10_additive_attention/exercises/gru_step.hpp"

namespace transformer {

Matrix exercise_gru_step(const GruInput& /*x*/, const Matrix& h, const Matrix& /*w_update*/,
                         const Matrix& /*w_reset*/, const Matrix& /*w_candidate*/) {
  return h;
}

}  // namespace transformer
