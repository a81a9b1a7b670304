#include "chapters/09_recurrent_networks/exercises/clip.hpp"

#include <algorithm>
#include <cmath>

namespace transformer {

Matrix exercise_clip(const Matrix& gradient, float most) {
  double squares = 0;
  for (const float g : gradient) squares += static_cast<double>(g) * static_cast<double>(g);
  const auto norm = static_cast<float>(std::sqrt(squares));
  return norm > most ? Matrix(gradient * (most / norm)) : gradient;
}

}  // namespace transformer
