#include "chapters/09_recurrent_networks/exercises/clip.hpp"

#include <algorithm>
#include <cmath>

namespace transformer {

Matrix exercise_clip(const Matrix& gradient, float most) {
  Matrix clipped = gradient;
  for (float& g : clipped) g = std::clamp(g, -most, most);
  return clipped;
}

}  // namespace transformer
