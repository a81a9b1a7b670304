// Write: the way back through the softmax.
//
// `dweights` says how the loss changes with each weight. How does it change with each score? Each
// row is a softmax of its own. Derive it before you write it: the page has the Jacobian.
#pragma once

#include "src/tensor/tensor.hpp"

namespace transformer {

/// weights = softmax(scores), row by row. All are (n_queries, n_keys).
Matrix exercise_softmax_backward(const Matrix& weights, const Matrix& dweights);

}  // namespace transformer
