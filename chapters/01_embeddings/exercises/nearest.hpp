// Write: which word is nearest to a word?
//
// How near two vectors are is said by the cosine of the angle between them: their inner product,
// divided by their lengths. `exercise_nearest` should give the row, another one, whose angle with
// that of the word is the smallest.
#pragma once

#include "src/tensor/tensor.hpp"

namespace transformer {

/// The id of the word nearest to `word`: table is (n_vocabulary, d_model).
size_t exercise_nearest(const Matrix& table, size_t word);

}  // namespace transformer
