// Write: the gradient of a linear layer, by plain loops.
//
// The layer is y = x w + b, where b is added to every row. Given dy, the derivative of the loss by
// each number of y, `exercise_linear_backward` should give those by x, by w and by b.
#pragma once

#include "src/tensor/tensor.hpp"

namespace transformer {

struct LinearGradients {
  Matrix dx;  ///< (n, d_in)
  Matrix dw;  ///< (d_in, d_out)
  Matrix db;  ///< (1, d_out)
};

/// x is (n, d_in), w is (d_in, d_out), dy is (n, d_out).
LinearGradients exercise_linear_backward(const Matrix& x, const Matrix& w, const Matrix& dy);

}  // namespace transformer
