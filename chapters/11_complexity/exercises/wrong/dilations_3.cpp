// The check says: without dilation each layer adds n_taps - 1 words
#include "chapters/11_complexity/exercises/dilations.hpp"

namespace transformer {

std::vector<Index> exercise_dilations(Index n, Index n_taps) {
  std::vector<Index> dilations;
  for (Index heard = 1; heard < n; heard += n_taps - 1) dilations.push_back(1);
  return dilations;
}

}  // namespace transformer
