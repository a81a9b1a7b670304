// Spot the bug: a short sentence in a long block.
//
// A sentence of `length` tokens is filled up with padding to n rows. `exercise_padded_weights`
// should give its attention weights as if the padding were not there: no token of the sentence may
// look at padding. What the padding's own rows hold does not matter.
#pragma once

#include "src/tensor/tensor.hpp"

namespace transformer {

/// q and k are (n, d_k), of which the first `length` rows are the sentence; the result (n, n).
Matrix exercise_padded_weights(const Matrix& q, const Matrix& k, Index length);

}  // namespace transformer
