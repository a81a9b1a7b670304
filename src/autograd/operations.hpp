// The operations that any network needs, on variables: each computes its result with the kernels
// and records how the gradient flows back. All throw Error (internal) where shapes do not fit.
#pragma once

#include <array>
#include <string_view>

#include "src/autograd/tape.hpp"
#include "src/autograd/variable.hpp"

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

/// x (n, n_blocks * d) seen as blocks of columns, each (n, d): no number is copied. x must not be
/// used in any other operation.
template <size_t n_blocks>
std::array<Variable, n_blocks> split_columns(Variable x);

/// For backward functions: the gradient of x is dy, or grows by it.
void pass_on(ConstMatrixView dy, Variable x, Threads& threads);

/// Throws Error (internal) "<operation>: <a's name> is (..), <b's name> is (..)" unless `fits`.
void require_shapes(bool fits, std::string_view operation, std::string_view a_name, Variable a,
                    std::string_view b_name, Variable b);

/// Throws Error (internal) where the tape is training and x keeps no gradient: for operations whose
/// backward pass always writes the gradient of x.
void require_gradient(const Tape& tape, std::string_view operation, std::string_view name,
                      Variable x);

/// What split_columns is made of; the blocks' widths are equal.
void split_columns_into(Variable x, std::span<Variable> blocks);

template <size_t n_blocks>
std::array<Variable, n_blocks> split_columns(Variable x) {
  std::array<Variable, n_blocks> blocks;
  split_columns_into(x, blocks);
  return blocks;
}

}  // namespace transformer
