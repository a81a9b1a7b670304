#include "chapters/02_positional_encoding/exercises/rotation.hpp"

#include <cmath>

namespace transformer {

Matrix exercise_rotation(Index k, Index d_model) {
  Matrix r = zeros(d_model, d_model);
  // Four numbers for each pair of columns: r(row, column) = ...
  return r;
}

}  // namespace transformer
