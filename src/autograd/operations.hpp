// The operations that any network needs, on variables: each names its inputs, computes its result
// with the kernels and says how the gradient flows back. All throw Error (internal) where shapes do
// not fit.
#pragma once

#include <array>

#include "src/autograd/tape.hpp"
#include "src/autograd/variable.hpp"
#include "src/tensor/shapes.hpp"

namespace transformer {

/// y = x w: x is (n, d_in), w (d_in, d_out), y (n, d_out).
Variable linear(Variable x, Variable w);

enum class Activation { none, relu };

/// y = x w + b, or y = max(0, x w + b); b is (1, d_out).
Variable linear(Variable x, Variable w, Variable b, Activation activation = Activation::none);

/// y = x + z, both (n, d).
Variable add(Variable x, Variable z);

/// y = x with each element set to zero with probability p, the others divided by 1 - p (Srivastava
/// et al. 2014). The identity outside of training.
Variable dropout(Variable x, float p);

/// x (n, n_blocks * d) seen as blocks of columns, each (n, d): no number is copied.
template <size_t n_blocks>
std::array<Variable, n_blocks> split_columns(Variable x) {
  std::array<Variable, n_blocks> blocks;
  x.tape().split_columns(x, blocks);
  return blocks;
}

}  // namespace transformer
