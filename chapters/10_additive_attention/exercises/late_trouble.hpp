// Spot the bug: a translator that trained well, and one night did not.
//
// This function turned scores into weights for hours, to the last digit as it should. Then all
// losses were `nan`. In the log, the scores had grown slowly.
#pragma once

#include "src/tensor/tensor.hpp"

namespace transformer {

/// The weights of each row of scores: positive, and together 1. Any finite scores will do.
Matrix exercise_shares(const Matrix& scores);

}  // namespace transformer
