// The gradient of layer normalization by its formula, and beside two witnesses.
#pragma once

#include "src/book/scenes.hpp"

namespace transformer {

/// The three terms of the gradient for one row.
void show_three_terms(const SceneRequest&);

/// The gradients of the reference's layer norm by the tape, by numeric differences and by PyTorch.
void show_receipts(const SceneRequest&);

}  // namespace transformer
