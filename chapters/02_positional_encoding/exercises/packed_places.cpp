#include "chapters/02_positional_encoding/exercises/packed_places.hpp"

namespace transformer {

Matrix exercise_add_places(const Matrix& x, const std::vector<Index>& offsets,
                           const Matrix& table) {
  Matrix y = x;
  for (Index i = 0; i < offsets.back(); ++i) xt::row(y, i) += xt::row(table, i);
  return y;
}

}  // namespace transformer
