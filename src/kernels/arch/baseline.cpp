// The kernels for what every processor of the family has: SSE2 on x86-64, NEON on Arm.
#include <type_traits>
#include <xsimd/xsimd.hpp>

#include "src/kernels/generic/matmul.hpp"
#include "src/kernels/generic/rows.hpp"
#include "src/kernels/table.hpp"

namespace transformer::kernel {

using Baseline = std::conditional_t<xsimd::sse2::supported(), xsimd::sse2, xsimd::default_arch>;

constinit const KernelTable baseline_kernels = {matmul_kernels<Baseline>(),
                                                row_kernels<Baseline>()};

}  // namespace transformer::kernel
