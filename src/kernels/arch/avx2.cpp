// The kernels for AVX2 and FMA: 16 registers of 8 floats.
#include <xsimd/xsimd.hpp>

#include "src/kernels/generic/matmul.hpp"
#include "src/kernels/generic/rows.hpp"
#include "src/kernels/table.hpp"

namespace transformer::kernel {

using Avx2 = xsimd::fma3<xsimd::avx2>;

constinit const KernelTable avx2_kernels = {matmul_kernels<Avx2>(), row_kernels<Avx2>()};

}  // namespace transformer::kernel
