// The row kernels' entry in the table of kernels.
#pragma once

namespace transformer::kernel {

struct RowKernels {};

}  // namespace transformer::kernel
