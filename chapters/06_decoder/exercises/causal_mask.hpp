// Write: who may see whom in a batch of translations.
//
// The tokens of several target sentences lie one after the other. Token i may see token j if both
// are of the same sentence and j does not come later. The model never makes this matrix, but it
// behaves as if it had one. Make it.
#pragma once

#include <span>

#include "src/tensor/tensor.hpp"

namespace transformer {

/// (n_tokens, n_tokens): 1 where the token of the row may see that of the column, else 0. Sentence
/// s has the tokens [offsets[s], offsets[s + 1]).
Matrix exercise_mask(std::span<const Index> offsets);

}  // namespace transformer
