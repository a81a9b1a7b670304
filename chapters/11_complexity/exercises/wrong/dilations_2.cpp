// The check says: where a layer more would make too many words heard
#include "chapters/11_complexity/exercises/dilations.hpp"

namespace transformer {

std::vector<Index> exercise_dilations(Index n, Index n_taps) {
  std::vector<Index> dilations;
  for (Index heard = 1; heard * n_taps <= n; heard *= n_taps) dilations.push_back(heard);
  return dilations;
}

}  // namespace transformer
