// Spot the bug: a table of sinusoids, as a well-known tutorial wrote it.
//
// `exercise_sinusoids` should be the paper's table (section 3.5). The version in sinusoid_table.cpp
// runs through the columns in steps of two and looks much like the formula. It runs, every number
// lies between -1 and 1, and nothing complains (SamLynnEvans/Transformer, issues 7 and 25).
#pragma once

#include "src/tensor/tensor.hpp"

namespace transformer {

/// PE(p, 2i) = sin(p / 10000^(2i / d_model)), PE(p, 2i + 1) = cos(p / 10000^(2i / d_model)), as
/// (n_positions, d_model) with an even d_model.
Matrix exercise_sinusoids(Index n_positions, Index d_model);

}  // namespace transformer
