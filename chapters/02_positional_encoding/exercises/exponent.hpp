// Spot the bug: the exponent of the positional encoding.
//
// `exercise_sinusoids` should be the paper's table (section 3.5). The version in exponent.cpp runs
// through the columns in steps of two and looks much like the formula: the code of a well-known
// tutorial (SamLynnEvans/Transformer, issues 7 and 25). It runs, and nothing complains. There are
// two mistakes in its exponents.
#pragma once

#include "src/tensor/tensor.hpp"

namespace transformer {

/// PE(p, 2i) = sin(p / 10000^(2i / d_model)), PE(p, 2i + 1) = cos(p / 10000^(2i / d_model)), as
/// (n_positions, d_model) with an even d_model.
Matrix exercise_sinusoids(Index n_positions, Index d_model);

}  // namespace transformer
