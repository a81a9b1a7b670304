// The check says: with three taps a layer makes three times as many words heard
#include "chapters/11_complexity/exercises/dilations.hpp"

namespace transformer {

std::vector<Index> exercise_dilations(Index n, Index n_taps) {
  std::vector<Index> dilations;
  for (Index heard = 1; heard < n; heard += heard) dilations.push_back(heard);
  return dilations;
}

}  // namespace transformer
