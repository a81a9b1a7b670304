// Write: the conversion from one layout of the positional encoding to the other.
//
// tensor2tensor and fairseq keep all sines in the left half of a row and all cosines in the right
// half; the paper has sine and cosine of one wavelength side by side. To compare such a
// table with the paper's, bring its columns into the other order:
// sin_0 sin_1 ... cos_0 cos_1 ... becomes sin_0 cos_0 sin_1 cos_1 ...
#pragma once

#include "src/tensor/tensor.hpp"

namespace transformer {

/// The columns of `halves`, (n_rows, d_model) with an even d_model, in the paper's order.
Matrix exercise_interleave(const Matrix& halves);

}  // namespace transformer
