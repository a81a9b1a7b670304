// Layer normalization and what stands around a sub-layer in plain loops, for one word: what the
// kernels do for all words at once.
#pragma once

#include <vector>

#include "src/tensor/tensor.hpp"

namespace transformer::plain {

using Row = std::vector<double>;  // one word's numbers, (d_model)

Row row_of(const Matrix& x, size_t i);

/// The row with mean 0 and variance 1, and what it was divided by.
struct Normalized {
  Row x_hat;
  double deviation;  ///< sqrt(variance + 0.00001)
};
Normalized normalized(const Row& x);

/// gain * x_hat + bias.
Row layer_norm(const Row& x, const Row& gain, const Row& bias);

/// LayerNorm(x + sublayer) (section 3.1).
Row add_and_norm(const Row& x, const Row& sublayer, const Row& gain, const Row& bias);

/// What dx of layer_norm is made of, before the division by the deviation.
struct ThreeTerms {
  Row direct;   ///< gain * dy: the number itself.
  double mean;  ///< What comes back through the mean.
  Row spread;   ///< What comes back through the deviation.
};
ThreeTerms three_terms(const Row& x_hat, const Row& gain, const Row& dy);

/// dx of layer_norm, from dy.
Row layer_norm_backward(const Row& x, const Row& gain, const Row& dy);

}  // namespace transformer::plain
