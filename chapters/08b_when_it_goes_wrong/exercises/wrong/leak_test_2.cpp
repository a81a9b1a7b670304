// The check says: a leak of 0.000001 is a leak: compare bits, without a tolerance
#include "chapters/08b_when_it_goes_wrong/exercises/leak_test.hpp"

#include <cmath>

namespace transformer {

bool keeps_to_the_past(DecoderUnderTest logits_of, std::vector<TokenId> target) {
  const Matrix before = logits_of(target);
  for (size_t t = 0; t < target.size(); ++t) {
    std::vector<TokenId> other = target;
    other[t] = (target[t] + 1) % 10;
    const Matrix after = logits_of(other);
    for (size_t i = 0; i <= t; ++i) {
      for (size_t j = 0; j < before.shape(1); ++j) {
        if (std::abs(before(i, j) - after(i, j)) > 1e-3f) return false;
      }
    }
  }
  return true;
}

}  // namespace transformer
