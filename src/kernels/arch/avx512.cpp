// The kernels for AVX-512 (F, CD, DQ, BW, VL): 32 registers of 16 floats, and masks.
#include "src/kernels/generic/matmul.hpp"
#include "src/kernels/generic/rows.hpp"
#include "src/kernels/table.hpp"

namespace transformer::kernel {

constinit const KernelTable avx512_kernels = {matmul_kernels<simd::Avx512>(),
                                              row_kernels<simd::Avx512>()};

}  // namespace transformer::kernel
