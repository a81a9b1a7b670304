// The gradients of a linear layer, each found in three ways.
#pragma once

#include "src/book/scenes.hpp"

namespace transformer {

/// Gradients of sum(relu(x w + b) * dy) as the tape finds them, as numeric differences of
/// the formula in double precision, and as PyTorch's values in the file of references; and how far
/// the three are apart over all elements.
void show_receipts(const SceneRequest&);

}  // namespace transformer
