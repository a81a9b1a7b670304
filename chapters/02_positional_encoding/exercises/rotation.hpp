// Write: the matrix that goes k places further.
//
// There is one matrix R_k with PE(p + k) = R_k PE(p) for every p: it turns each pair (sine, cosine)
// by its own angle and leaves the pairs apart. `exercise_rotation` should make it.
#pragma once

#include "src/tensor/tensor.hpp"

namespace transformer {

/// R_k, (d_model, d_model) with an even d_model, for places written as columns. k may be negative.
Matrix exercise_rotation(Index k, Index d_model);

}  // namespace transformer
