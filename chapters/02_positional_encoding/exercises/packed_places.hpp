// Spot the bug: places in a batch.
//
// The tokens of several sentences stand row under row; sentence s has the rows from offsets[s] to
// offsets[s + 1], without the latter. `exercise_add_places` should add to each token the code of
// its place. With one sentence the version in packed_places.cpp is right.
#pragma once

#include <vector>

#include "src/tensor/tensor.hpp"

namespace transformer {

/// x plus the codes, (n_tokens, d_model). Row p of `table` is the code of place p.
Matrix exercise_add_places(const Matrix& x, const std::vector<Index>& offsets, const Matrix& table);

}  // namespace transformer
