// The matrix that owns its numbers, and the language of formulas: xtensor, included here only.
#pragma once

#include "src/tensor/view.hpp"

// xtensor 0.26 moved its headers into folders.
#if __has_include(<xtensor/containers/xtensor.hpp>)
#include <xtensor/containers/xadapt.hpp>
#include <xtensor/containers/xtensor.hpp>
#include <xtensor/core/xmath.hpp>
#include <xtensor/io/xio.hpp>
#include <xtensor/views/xview.hpp>
#else
#include <xtensor/xadapt.hpp>
#include <xtensor/xio.hpp>
#include <xtensor/xmath.hpp>
#include <xtensor/xtensor.hpp>
#include <xtensor/xview.hpp>
#endif

namespace transformer {

/// A matrix that owns its numbers, row-major. `MatrixOf<double>` is what test oracles compute in.
template <class T>
using MatrixOf = xt::xtensor<T, 2>;
using Matrix = MatrixOf<float>;

/// A matrix of zeros (n_rows, n_columns).
template <class T = float>
MatrixOf<T> zeros(Index n_rows, Index n_columns) {
  MatrixOf<T> matrix({static_cast<size_t>(n_rows), static_cast<size_t>(n_columns)}, T{0});
  return matrix;
}

/// The kernels' view of an owning matrix; read-only where the matrix is const.
template <class M>
auto view_of(M& matrix) {
  using T = std::remove_pointer_t<decltype(matrix.data())>;
  return BasicMatrixView<T>(matrix.data(), static_cast<Index>(matrix.shape(0)),
                            static_cast<Index>(matrix.shape(1)));
}

/// An owning copy of what a view shows, converted to `T`.
template <class T, class U>
MatrixOf<T> matrix_of(BasicMatrixView<U> view) {
  auto matrix = MatrixOf<T>::from_shape(
      {static_cast<size_t>(view.n_rows), static_cast<size_t>(view.n_columns)});
  T* out = matrix.data();
  for (Index i = 0; i < view.n_rows; ++i) {
    for (Index j = 0; j < view.n_columns; ++j) *out++ = static_cast<T>(view(i, j));
  }
  return matrix;
}

}  // namespace transformer
