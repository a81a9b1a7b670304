// Write: a convolution, with plain loops.
//
// One sentence, without dilation: each word is mixed with its neighbors. With three taps, row i of
// the result is x_{i-1} W_0 + x_i W_1 + x_{i+1} W_2. Where there is no such row, nothing is added.
#pragma once

#include "src/tensor/tensor.hpp"

namespace transformer {

/// x is (n, d_in). w is (n_taps * d_in, d_out): rows j * d_in to (j + 1) * d_in - 1 are W_j. n_taps
/// is odd, the middle tap belongs to the row itself. The result is (n, d_out).
Matrix exercise_convolve(const Matrix& x, const Matrix& w, Index n_taps);

}  // namespace transformer
