// The kernels for AVX2 and FMA: 16 registers of 8 floats.
#include "src/kernels/generic/matmul.hpp"
#include "src/kernels/generic/rows.hpp"
#include "src/kernels/table.hpp"

namespace transformer::kernel {

constinit const KernelTable avx2_kernels = {matmul_kernels<simd::Avx2>(),
                                            row_kernels<simd::Avx2>()};

}  // namespace transformer::kernel
