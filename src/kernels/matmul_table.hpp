// The matrix product's entry in the table of kernels: plain data and function pointers, so that the
// files compiled for a newer processor share no code with the rest of the program.
#pragma once

#include "src/base/index.hpp"

namespace transformer::kernel {

/// One factor as it lies in memory: element (i, j) is `data[i * stride + j]`, or where `transposed`
/// `data[j * stride + i]`.
struct MatmulFactor {
  const float* data;
  Index stride;
  bool transposed;
};

/// A block of a product for one thread: c (n_rows, n_columns) = or += a (n_rows, n_inner) times
/// b (n_inner, n_columns), then + bias, then ReLU.
struct MatmulTask {
  MatmulFactor a;
  MatmulFactor b;
  float* c;
  Index c_stride;
  Index n_rows;
  Index n_columns;
  Index n_inner;
  bool accumulate;
  const float* bias;  // (n_columns) or null
  bool relu;
  Index columns_at_once;  // Pack so many columns of b at a time: a multiple of tile_columns.
  float* packed_a;        // (inner_at_once, packed_rows)
  float* packed_b;        // (inner_at_once, columns_at_once)
  bool by_dots;           // a few rows times a transposed b
};

struct MatmulKernels {
  void (*multiply)(const MatmulTask& task);
  Index tile_rows;  ///< The tile of c that the registers hold.
  Index tile_columns;
  Index packed_rows;    ///< tile_rows rounded up to whole registers.
  Index inner_at_once;  ///< So many products are added up before they are added to c.
  Index dot_rows;       ///< Up to so many rows `by_dots` is faster.
};

}  // namespace transformer::kernel
