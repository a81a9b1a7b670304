// The operations that any network needs, on variables: each names its inputs, computes its result
// with the kernels and says how the gradient flows back. All throw Error (internal) where shapes do
// not fit.
#pragma once

#include <array>
#include <optional>
#include <span>

#include "src/autograd/tape.hpp"
#include "src/autograd/variable.hpp"
#include "src/tensor/shapes.hpp"

namespace transformer {

/// y = x w: x is (n, d_in), w (d_in, d_out), y (n, d_out).
Variable linear(Variable x, Variable w);

/// y = x w + b, or y = f(x w + b); b is (1, d_out). ReLU is applied in one pass with the product.
Variable linear(Variable x, Variable w, Variable b, std::optional<MapId> f = {});

/// y = x + z and y = x * z, element by element; all are (n, d).
Variable add(Variable x, Variable z);
Variable multiply(Variable x, Variable z);

/// y = f(x), element by element: map<Gelu>(x), map<Tanh>(x), ... (src/kernels/maps.hpp has all).
Variable map(Variable x, MapId f);
template <class Function>
Variable map(Variable x) {
  return map(x, map_id<Function>);
}

/// Row i of y = scale * row which[i] of x: the vectors of some tokens, the masked positions, a
/// window of an image, a time step of all sentences. y is (number of `which`, d). A row may be
/// taken any number of times. `which` must outlive the step.
Variable rows(Variable x, std::span<const TokenId> which, float scale = 1.0f);

/// The rows of all parts, one part below the other, and their columns side by side. The parts agree
/// in the other direction.
Variable join_rows(std::span<const Variable> parts);
Variable join_columns(std::span<const Variable> parts);

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
