// Spot the bug: [1, 0, 0, 0] becomes 1.5.
//
// `exercise_normalized` should be layer normalization without gain and bias, as Ba, Kiros and
// Hinton (2016) define it. It runs, its rows have the mean 0, and models learn with it; a
// well-known implementation had it so (harvardnlp/annotated-transformer, issue 122), and many have
// copied it. But [1, 0, 0, 0] gives 1.5 where it should be 1.732, and that is not all.
#pragma once

#include "src/tensor/tensor.hpp"

namespace transformer {

/// Each row of x, (n_tokens, d_model), normalized; epsilon = 0.00001.
Matrix exercise_normalized(const Matrix& x);

}  // namespace transformer
