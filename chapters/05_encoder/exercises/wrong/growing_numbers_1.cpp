// The check says: one norm at the end makes the size right, and nothing else
#include "chapters/05_encoder/exercises/growing_numbers.hpp"

namespace transformer {

Matrix exercise_stack(Matrix x, const std::vector<Step>& sublayers, const Step& normalized) {
  for (const Step& sublayer : sublayers) {
    const Matrix y = x + sublayer(normalized(x));
    x = y;
  }
  return normalized(x);
}

}  // namespace transformer
