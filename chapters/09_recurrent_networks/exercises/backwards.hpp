// Spot the bug: a layer that reads sentences of a batch backwards.
//
// At each step it reads one word of every sentence that is not yet at its end. The sentences are
// padded at their ends, so that all are as long as the longest. This layer says sensible things
// about the longest sentence of a batch, and strange ones about the others.
#pragma once

#include <vector>

#include "src/base/index.hpp"

namespace transformer {

/// For each step, which word of each sentence is read, by its place from 0; -1 where a sentence has
/// no word left. There are as many steps as the longest sentence has words.
std::vector<std::vector<Index>> exercise_backwards(const std::vector<Index>& lengths);

}  // namespace transformer
