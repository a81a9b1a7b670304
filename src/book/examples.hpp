// What the examples of several chapters share: matrices of random numbers, and how far two are
// apart.
#pragma once

#include <cstdint>
#include <string>

#include "src/tensor/tensor.hpp"

namespace transformer {

/// A matrix of independent numbers from the normal distribution of mean 0 and the given variance,
/// the same for the same seed.
Matrix normal_matrix(Index n_rows, Index n_columns, std::uint64_t seed, double variance = 1.0);

/// max |a_ij - b_ij|, or infinity where a number is not finite; the shapes must be equal.
double largest_difference(ConstMatrixView a, ConstMatrixView b);

/// sum a_ij b_ij, in double precision; the shapes must be equal.
double inner_product(ConstMatrixView a, ConstMatrixView b);

/// The square root of sum x_ij^2.
double norm_of(ConstMatrixView x);

/// A small number with two digits and its power of ten, such as "3.1e-07"; zero is "0".
std::string power_text(double number);

}  // namespace transformer
