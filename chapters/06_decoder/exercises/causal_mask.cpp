#include "chapters/06_decoder/exercises/causal_mask.hpp"

namespace transformer {

Matrix exercise_mask(std::span<const Index> offsets) {
  const Index n = offsets.back();
  Matrix mask = zeros(n, n);
  // Ones where a token may look.
  return mask;
}

}  // namespace transformer
