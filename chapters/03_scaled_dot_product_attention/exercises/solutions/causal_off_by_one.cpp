#include "chapters/03_scaled_dot_product_attention/exercises/causal_off_by_one.hpp"

#include <limits>

namespace transformer {

Matrix exercise_causal_mask(Index n_queries, Index n_keys) {
  Matrix mask = zeros(n_queries, n_keys);
  for (Index i = 0; i < n_queries; ++i) {
    const Index own = i + (n_keys - n_queries);  // the key of the query's own word
    for (Index j = own + 1; j < n_keys; ++j) mask(i, j) = -std::numeric_limits<float>::infinity();
  }
  return mask;
}

}  // namespace transformer
