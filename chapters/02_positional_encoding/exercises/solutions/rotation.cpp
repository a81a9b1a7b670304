#include "chapters/02_positional_encoding/exercises/rotation.hpp"

#include <cmath>

namespace transformer {

Matrix exercise_rotation(Index k, Index d_model) {
  Matrix r = zeros(d_model, d_model);
  for (Index i = 0; i < d_model / 2; ++i) {
    const double angle =
        static_cast<double>(k) /
        std::pow(10000.0, 2.0 * static_cast<double>(i) / static_cast<double>(d_model));
    const auto sine = static_cast<float>(std::sin(angle));
    const auto cosine = static_cast<float>(std::cos(angle));
    r(2 * i, 2 * i) = cosine;
    r(2 * i, 2 * i + 1) = sine;
    r(2 * i + 1, 2 * i) = -sine;
    r(2 * i + 1, 2 * i + 1) = cosine;
  }
  return r;
}

}  // namespace transformer
