// Views of matrices that somebody else owns: a pointer, a shape, and the distance between two rows.
#pragma once

#include <algorithm>
#include <cassert>
#include <span>
#include <type_traits>

#include "src/base/index.hpp"

namespace transformer {

/// How many rows and columns a matrix has.
struct Shape {
  Index n_rows = 0;
  Index n_columns = 0;

  bool operator==(const Shape&) const = default;
};

/// A row-major matrix (n_rows, n_columns) inside a wider one: row i starts at `data + i * stride`.
/// So the columns of one attention head, or the rows of one sentence, are views too.
template <class T>
struct BasicMatrixView {
  T* data = nullptr;
  Index n_rows = 0;
  Index n_columns = 0;
  Index stride = 0;  ///< Elements from one row to the next, at least n_columns.

  BasicMatrixView() = default;
  BasicMatrixView(T* first, Index rows, Index columns, Index row_stride)
      : data(first), n_rows(rows), n_columns(columns), stride(row_stride) {}
  BasicMatrixView(T* first, Index rows, Index columns)
      : BasicMatrixView(first, rows, columns, columns) {}
  /// A view that may only be read, from one that may be written.
  template <class U>
  requires(std::is_same_v<T, const U>) BasicMatrixView(const BasicMatrixView<U>& other)
      : BasicMatrixView(other.data, other.n_rows, other.n_columns, other.stride) {}

  //! [at]
  T* row(Index i) const {
    assert(0 <= i && i <= n_rows);
    return data + i * stride;
  }
  T& operator()(Index i, Index j) const {
    assert(0 <= i && i < n_rows && 0 <= j && j < n_columns);
    return data[i * stride + j];
  }
  //! [at]
  Shape shape() const { return {n_rows, n_columns}; }
  Index size() const { return n_rows * n_columns; }
  bool is_contiguous() const { return stride == n_columns || n_rows <= 1; }
  bool empty() const { return data == nullptr; }

  /// Rows [begin, end).
  BasicMatrixView rows(Index begin, Index end) const {
    assert(0 <= begin && begin <= end && end <= n_rows);
    return {row(begin), end - begin, n_columns, stride};
  }
  /// Columns [begin, end).
  //! [columns]
  BasicMatrixView columns(Index begin, Index end) const {
    assert(0 <= begin && begin <= end && end <= n_columns);
    return {data + begin, n_rows, end - begin, stride};
  }
  //! [columns]
};

using MatrixView = BasicMatrixView<float>;
using ConstMatrixView = BasicMatrixView<const float>;

/// True where both have the same number of rows and of columns.
template <class T, class U>
bool same_shape(const BasicMatrixView<T>& a, const BasicMatrixView<U>& b) {
  return a.shape() == b.shape();
}

/// Which rows of a packed batch belong to which sentence: sentence s is rows
/// [offsets[s], offsets[s + 1]). There is one offset more than there are sentences; the first is 0.
struct Segments {
  std::span<const Index> offsets;

  Index count() const { return offsets.empty() ? 0 : static_cast<Index>(offsets.size()) - 1; }
  Index begin(Index s) const { return offsets[static_cast<size_t>(s)]; }
  Index end(Index s) const { return offsets[static_cast<size_t>(s) + 1]; }
  Index length(Index s) const { return end(s) - begin(s); }
  Index longest() const {
    Index longest = 0;
    for (Index s = 0; s < count(); ++s) longest = std::max(longest, length(s));
    return longest;
  }
  /// The number of rows of all sentences together.
  Index n_rows() const { return offsets.empty() ? 0 : offsets.back(); }
};

}  // namespace transformer
