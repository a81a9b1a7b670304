// The matrix product in plain loops, three times: the same sums, at very different speeds. The
// core's `matmul` (src/kernels/kernels.hpp) is the fourth step of this ladder.
#pragma once

#include "src/tensor/view.hpp"

namespace transformer {

// In all three, a is (m, k), b is (k, n), and c, which overlaps neither, is (m, n).

/// c_ij = sum_l a_il b_lj, as the formula says it. The innermost loop walks down a column of b:
/// each number that it wants lies in another cache line than the one before.
void naive_matmul(ConstMatrixView a, ConstMatrixView b, MatrixView c);

/// The same with the two inner loops swapped: now the innermost one walks along a row of b and a
/// row of c, through memory in order, and the compiler makes vector instructions of it.
void reordered_matmul(ConstMatrixView a, ConstMatrixView b, MatrixView c);

/// The same tile by tile: the sums of a tile of c stay in registers until they are complete, and
/// the strip of b that a column of tiles needs is copied together, to stay in the nearest cache.
void blocked_matmul(ConstMatrixView a, ConstMatrixView b, MatrixView c);

}  // namespace transformer
