// The table of kernels: one for each instruction set, filled by the file of that name in arch/.
#pragma once

#include "src/kernels/matmul_table.hpp"
#include "src/kernels/row_table.hpp"

namespace transformer::kernel {

struct KernelTable {
  MatmulKernels matmul;
  RowKernels rows;
};

extern const KernelTable baseline_kernels;
extern const KernelTable avx2_kernels;    // only where built for x86-64
extern const KernelTable avx512_kernels;  // only where built for x86-64

/// The table of the instruction set in use.
const KernelTable& active_kernels();

}  // namespace transformer::kernel
