// The check says: the lookup multiplies by sqrt(d_model), so its gradient does
#include "chapters/01_embeddings/exercises/table_gradient.hpp"

#include <cmath>

namespace transformer {

Matrix exercise_table_gradient(std::span<const TokenId> tokens, const Matrix& dy,
                               Index n_vocabulary) {
  const size_t d_model = dy.shape(1);
  Matrix dtable = zeros(n_vocabulary, static_cast<Index>(d_model));
  for (size_t i = 0; i < tokens.size(); ++i) {
    for (size_t c = 0; c < d_model; ++c) dtable(tokens[i], c) += dy(i, c);
  }
  return dtable;
}

}  // namespace transformer
