// Gradients without calculus: how much a number changes when another moves a little.
#pragma once

#include "src/base/function_ref.hpp"
#include "src/tensor/tensor.hpp"

namespace transformer {

//! [numeric]
/// (f(x + step) - f(x - step)) / (2 step), where x is what `moved` refers to, and f, which reads
/// it, a function of it. Exact but for rounding and the third derivative times step^2 / 6.
inline double numeric_derivative(FunctionRef<double()> f, double& moved, double step = 1e-6) {
  const double middle = moved;
  moved = middle + step;
  const double above = f();
  moved = middle - step;
  const double below = f();
  moved = middle;
  return (above - below) / (2 * step);
}

/// The derivative by each element of a matrix.
inline MatrixOf<double> numeric_gradient(MatrixOf<double>& matrix, FunctionRef<double()> f) {
  MatrixOf<double> gradient = xt::zeros_like(matrix);
  for (size_t i = 0; i < matrix.size(); ++i) {
    gradient.data()[i] = numeric_derivative(f, matrix.data()[i]);
  }
  return gradient;
}
//! [numeric]

}  // namespace transformer
