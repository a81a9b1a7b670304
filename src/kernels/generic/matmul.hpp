// The matrix product, for any instruction set.
#pragma once

#include "src/kernels/matmul_table.hpp"

namespace transformer::kernel {

template <class Arch>
void multiply(const MatmulTask& t) {
  for (Index i = 0; i < t.n_rows; ++i) {
    float* c = t.c + i * t.c_stride;
    for (Index j = 0; j < t.n_columns; ++j) {
      if (!t.accumulate) c[j] = 0;
    }
    for (Index k = 0; k < t.n_inner; ++k) {
      const float a = t.a.transposed ? t.a.data[k * t.a.stride + i] : t.a.data[i * t.a.stride + k];
      for (Index j = 0; j < t.n_columns; ++j) {
        c[j] += a * (t.b.transposed ? t.b.data[j * t.b.stride + k] : t.b.data[k * t.b.stride + j]);
      }
    }
    for (Index j = 0; j < t.n_columns; ++j) {
      if (t.bias) c[j] += t.bias[j];
      if (t.relu && c[j] < 0) c[j] = 0;
    }
  }
}

template <class Arch>
constexpr MatmulKernels matmul_kernels() {
  return {.multiply = multiply<Arch>};
}

}  // namespace transformer::kernel
