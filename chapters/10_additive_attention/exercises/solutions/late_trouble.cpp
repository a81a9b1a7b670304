#include "chapters/10_additive_attention/exercises/late_trouble.hpp"

#include <algorithm>
#include <cmath>

namespace transformer {

Matrix exercise_shares(const Matrix& scores) {
  Matrix weights = scores;
  for (size_t i = 0; i < weights.shape(0); ++i) {
    float largest = weights(i, 0);
    for (size_t j = 0; j < weights.shape(1); ++j) largest = std::max(largest, weights(i, j));
    for (size_t j = 0; j < weights.shape(1); ++j) weights(i, j) -= largest;
    float sum = 0;
    for (size_t j = 0; j < weights.shape(1); ++j) {
      weights(i, j) = std::exp(weights(i, j));
      sum += weights(i, j);
    }
    for (size_t j = 0; j < weights.shape(1); ++j) weights(i, j) /= sum;
  }
  return weights;
}

}  // namespace transformer
