#include <cassert>

#include "src/kernels/kernels.hpp"
#include "src/kernels/table.hpp"

namespace transformer {

void matmul(Factor a, Factor b, MatrixView c, const MatmulOptions& options, Threads&) {
  assert(a.n_rows() == c.n_rows && a.n_columns() == b.n_rows() && b.n_columns() == c.n_columns);
  if (c.n_rows == 0 || c.n_columns == 0) return;
  kernel::active_kernels().matmul.multiply({
      .a = {a.view.data, a.view.stride, a.transposed},
      .b = {b.view.data, b.view.stride, b.transposed},
      .c = c.data,
      .c_stride = c.stride,
      .n_rows = c.n_rows,
      .n_columns = c.n_columns,
      .n_inner = a.n_columns(),
      .accumulate = options.accumulate,
      .bias = options.bias,
      .relu = options.relu,
  });
}

}  // namespace transformer
