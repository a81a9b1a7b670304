// Spot the bug: a clipped gradient.
//
// A gradient that is longer than `most` should be made so long, and keep its direction (Pascanu et
// al. 2013). Training with this version works, sometimes worse, and nobody sees why.
#pragma once

#include "src/tensor/tensor.hpp"

namespace transformer {

/// The gradient, where it is not longer than `most`; else one of its direction and of that length.
Matrix exercise_clip(const Matrix& gradient, float most);

}  // namespace transformer
