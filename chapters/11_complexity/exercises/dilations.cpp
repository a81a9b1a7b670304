#include "chapters/11_complexity/exercises/dilations.hpp"

namespace transformer {

std::vector<Index> exercise_dilations(Index n, Index n_taps) {
  std::vector<Index> dilations;
  // So many words are heard.
  for (Index heard = 1; heard < n; heard *= n_taps) dilations.push_back(heard * n_taps);
  return dilations;
}

}  // namespace transformer
