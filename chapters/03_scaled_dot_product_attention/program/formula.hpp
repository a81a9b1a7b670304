// Attention as the formula says it, number by number in double precision: the witness for the
// gradients.
#pragma once

#include <functional>

#include "src/kernels/kernels.hpp"
#include "src/tensor/tensor.hpp"

namespace transformer {

using DoubleMatrix = MatrixOf<double>;

/// softmax(q k^T / sqrt(d_k)) v for each sentence and head by itself; q and k have the same
/// sentences.
DoubleMatrix attention_formula(const DoubleMatrix& q, const DoubleMatrix& k, const DoubleMatrix& v,
                               const Segments& sentences, Mask mask, Index n_heads);

/// The derivative of `loss` by each element of `number`, which is moved up and down a little and
/// put back.
DoubleMatrix numeric_gradient(DoubleMatrix& number, const std::function<double()>& loss);

/// A gradient beside its two witnesses, as a table shows it.
struct Receipt {
  std::string name;
  ConstMatrixView analytic;
  DoubleMatrix numeric;
  Matrix pytorch;
};

/// Prints the first numbers of each gradient three times, and how far apart all of them are.
void print_receipts(std::span<const Receipt> receipts, Index row);

}  // namespace transformer
