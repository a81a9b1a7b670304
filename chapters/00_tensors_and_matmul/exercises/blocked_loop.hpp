// Write: the loops of a blocked product.
//
// `exercise_matmul` should compute c = a b by calls of `multiply_tile` alone. Cut all three
// dimensions into pieces of `tile` and make a call for each combination; the last piece of a
// dimension is smaller where its size is no multiple of `tile`. `rows(begin, end)` and
// `columns(begin, end)` of a view give a piece of a matrix without copying it.
#pragma once

#include "src/tensor/view.hpp"

namespace transformer {

inline constexpr Index tile = 4;

/// c += a b for pieces that have at most `tile` rows and columns. It is there already.
void multiply_tile(ConstMatrixView a, ConstMatrixView b, MatrixView c);

/// c = a b: a is (m, k), b is (k, n), c is (m, n) and holds anything at first.
void exercise_matmul(ConstMatrixView a, ConstMatrixView b, MatrixView c);

}  // namespace transformer
