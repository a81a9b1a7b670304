// Spot the bug: a stack of convolutions in which some words are never heard.
//
// Causal convolutions on top of each other: each layer reads its own place and n_taps - 1 places
// before it, one dilation apart. The last of n words ought to hear all words, in as few layers as
// possible. `exercise_dilations` gives the dilation of each layer, the first layer first.
#pragma once

#include <vector>

#include "src/base/index.hpp"

namespace transformer {

/// n >= 1 words, n_taps >= 2.
std::vector<Index> exercise_dilations(Index n, Index n_taps);

}  // namespace transformer
