// The check says: where is the way around the sub-layer?
#include "chapters/05_encoder/exercises/growing_numbers.hpp"

namespace transformer {

Matrix exercise_stack(Matrix x, const std::vector<Step>& sublayers, const Step& normalized) {
  for (const Step& sublayer : sublayers) {
    const Matrix y = normalized(sublayer(x));
    x = y;
  }
  return x;
}

}  // namespace transformer
