#include "chapters/02_positional_encoding/exercises/packed_places.hpp"

namespace transformer {

Matrix exercise_add_places(const Matrix& x, const std::vector<Index>& offsets,
                           const Matrix& table) {
  Matrix y = x;
  for (size_t s = 0; s + 1 < offsets.size(); ++s) {
    for (Index i = offsets[s]; i < offsets[s + 1]; ++i) {
      xt::row(y, i) += xt::row(table, i - offsets[s]);
    }
  }
  return y;
}

}  // namespace transformer
