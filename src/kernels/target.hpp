// What the kernels, and they alone, see of an `Into` (tests/rules keeps this header among them).
#pragma once

#include <algorithm>

#include "src/kernels/row_table.hpp"
#include "src/system/threads.hpp"
#include "src/tensor/into.hpp"

namespace transformer::kernel {

/// As long as the `Into` lives.
struct Target {
  const MatrixView& view;
  bool adds;

  explicit Target(const Into& into) : view(into.place_), adds(into.adds_) {}
};

/// Lets `write(out)` write n numbers that belong to (i, j) and what follows: straight to their
/// place where they replace what is there, else to scratch memory, from which they are added.
template <class Write>
void write_run(const Target& target, Index i, Index j, Index n, const RowKernels& rows,
               const Write& write) {
  float* place = target.view.row(i) + j;
  if (!target.adds) return write(place);
  Arena& scratch = thread_scratch();
  scratch.rewind();
  float* numbers = scratch.allocate<float>(n).data();
  write(numbers);
  rows.add(place, numbers, n, place);
}

/// Copies, or adds, n numbers to a place.
inline void copy_run(const RowKernels& rows, const float* x, Index n, float* out, bool adds) {
  if (adds) return rows.add(out, x, n, out);
  if (x != out) std::copy_n(x, n, out);
}

}  // namespace transformer::kernel
