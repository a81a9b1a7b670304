#include "chapters/11_complexity/exercises/dilations.hpp"

namespace transformer {

std::vector<Index> exercise_dilations(Index n, Index n_taps) {
  std::vector<Index> dilations;
  // So many words are heard: the last layer's, n_taps times.
  for (Index heard = 1; heard < n; heard *= n_taps) dilations.push_back(heard);
  return dilations;
}

}  // namespace transformer
