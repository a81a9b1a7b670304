// The kernels for what every processor of the family has.
#include "src/kernels/generic/matmul.hpp"
#include "src/kernels/generic/rows.hpp"
#include "src/kernels/table.hpp"

namespace transformer::kernel {

constinit const KernelTable baseline_kernels = {matmul_kernels<simd::Baseline>(),
                                                row_kernels<simd::Baseline>()};

}  // namespace transformer::kernel
