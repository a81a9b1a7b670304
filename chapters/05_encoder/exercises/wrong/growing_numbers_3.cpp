// The check says: what is normalized here is what the sub-layer says
#include "chapters/05_encoder/exercises/growing_numbers.hpp"

namespace transformer {

Matrix exercise_stack(Matrix x, const std::vector<Step>& sublayers, const Step& normalized) {
  for (const Step& sublayer : sublayers) {
    const Matrix y = x + normalized(sublayer(x));
    x = y;
  }
  return x;
}

}  // namespace transformer
