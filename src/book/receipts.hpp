// Gradients with their receipts: each beside two witnesses that share no code with it.
#pragma once

#include <span>
#include <string>

#include "src/tensor/tensor.hpp"

namespace transformer {

/// A gradient that the tape found, as numeric differences of the formula give it, and as PyTorch
/// has it.
struct Receipt {
  std::string name;
  ConstMatrixView analytic;
  MatrixOf<double> numeric;
  Matrix pytorch;
};

/// Prints the first numbers in a row of each gradient three times, and how far apart all of them
/// are.
void print_receipts(std::span<const Receipt> receipts, Index row);

}  // namespace transformer
