// The row kernels, for any instruction set.
#pragma once

#include "src/kernels/row_table.hpp"

namespace transformer::kernel {

template <class Arch>
constexpr RowKernels row_kernels() {
  return {};
}

}  // namespace transformer::kernel
