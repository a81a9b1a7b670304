#include "chapters/02_positional_encoding/exercises/sinusoid_table.hpp"

#include <cmath>

namespace transformer {

Matrix exercise_sinusoids(Index n_positions, Index d_model) {
  Matrix table = zeros(n_positions, d_model);
  for (Index p = 0; p < n_positions; ++p) {
    for (Index i = 0; i < d_model; i += 2) {
      const auto angle = [=](Index power) {
        const double exponent = static_cast<double>(power) / static_cast<double>(d_model);
        return static_cast<double>(p) / std::pow(10000.0, exponent);
      };
      table(p, i) = static_cast<float>(std::sin(angle(i)));
      table(p, i + 1) = static_cast<float>(std::cos(angle(i)));
    }
  }
  return table;
}

}  // namespace transformer
