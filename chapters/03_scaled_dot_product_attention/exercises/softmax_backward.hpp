// Write: the way back through a softmax with a temperature.
//
// weights = softmax(scores / temperature), each row by itself. `dweights` says how the loss changes
// with each weight. How does it change with each score? The page has the Jacobian for temperature
// 1; derive the rest before you write it.
#pragma once

#include "src/tensor/tensor.hpp"

namespace transformer {

/// The derivative of the loss by the scores. All are (n_queries, n_keys).
Matrix exercise_softmax_backward(const Matrix& weights, const Matrix& dweights, float temperature);

}  // namespace transformer
