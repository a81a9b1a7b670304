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

/// How a product is worked out. It does not depend on how the threads share it, so that the bits do
/// not either.
enum class MatmulMethod {
  tiles,     ///< Tile by tile of c.
  dots,      ///< Few rows times a transposed b: each element of c by itself.
  row_sums,  ///< One or two rows: each a sum of rows of b.
};

/// A block of a product for one thread: c (n_rows, n_columns) = or += a (n_rows, n_inner) times b
/// (n_inner, n_columns), then + bias, then ReLU.
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
  float* packed_a;        // memory for packed rows of a ...
  float* packed_b;        // ... and columns of b
  Index packed_b_floats;  // at least panel_floats
  MatmulMethod method;
  const float* whole_packed_b;  // all of b, as `pack` writes it, or null
  Index whole_n_columns;        // of all of b ...
  Index whole_first_column;     // ... and where this block's begin there
};

/// Some columns of b, all of its inner dimension, to be packed once for many products.
struct PackTask {
  MatmulFactor b;
  Index n_inner;
  Index n_columns;     // of all of b
  Index first_column;  // a multiple of tile_columns
  Index end_column;
  float* packed;  // memory for all of b: n_inner * n_columns, rounded up to tiles
};

struct MatmulKernels {
  void (*multiply)(const MatmulTask& task);
  void (*pack)(const PackTask& task);
  Index tile_rows;  ///< The tile of c that the registers hold.
  Index tile_columns;
  Index packed_a_floats;  ///< What `multiply` needs to pack a tile's rows of a ...
  Index panel_floats;     ///< ... and a tile's columns of b.
};

}  // namespace transformer::kernel
