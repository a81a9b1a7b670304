#include "chapters/06_decoder/exercises/causal_mask.hpp"

namespace transformer {

Matrix exercise_mask(std::span<const Index> offsets) {
  const Index n = offsets.back();
  Matrix mask = zeros(n, n);
  for (size_t s = 0; s + 1 < offsets.size(); ++s) {
    for (Index i = offsets[s]; i < offsets[s + 1]; ++i) {
      for (Index j = offsets[s]; j <= i; ++j) mask(i, j) = 1;
    }
  }
  return mask;
}

}  // namespace transformer
