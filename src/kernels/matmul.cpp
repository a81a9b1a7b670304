// The matrix product from outside: cuts it into blocks for the threads, and gives each thread the
// memory for its packed parts.
#include <algorithm>

#include "src/kernels/kernels.hpp"
#include "src/kernels/matmul_grid.hpp"
#include "src/kernels/table.hpp"
#include "src/kernels/target.hpp"
#include "src/system/machine.hpp"
#include "src/tensor/shapes.hpp"

namespace transformer {
namespace {

using kernel::choose_grid;
using kernel::Grid;
using kernel::MatmulKernels;
using kernel::MatmulMethod;
using kernel::MatmulTask;

thread_local std::int64_t multiply_adds_so_far = 0;

/// How many floats of b are packed at a time: they fill half of the processor's L2 cache.
Index packed_b_floats() {
  static const Index l2_bytes = std::clamp<Index>(machine::l2_cache_bytes(), 1 << 18, 1 << 21);
  return l2_bytes / 2 / static_cast<Index>(sizeof(float));
}

/// The calling thread's memory for packed parts.
float* packing_memory(Index n_floats) {
  Arena& scratch = thread_scratch();
  scratch.rewind();
  return scratch.allocate<float>(n_floats).data();
}

/// Rows [row, row_end) by columns [column, column_end) of c.
struct Block {
  Index row, row_end, column, column_end;
};

/// Multiplies a block on the calling thread, in the memory that it packs in.
void multiply_alone(MatmulTask& task, const MatmulKernels& kernels) {
  task.packed_b_floats = packed_b_floats();
  task.packed_a = packing_memory(kernels.packed_a_floats + task.packed_b_floats);
  task.packed_b = task.packed_a + kernels.packed_a_floats;
  kernels.multiply(task);
}

void multiply_block(MatmulTask task, const MatmulKernels& kernels, const Block& block) {
  task.a.data += block.row * (task.a.transposed ? 1 : task.a.stride);
  task.b.data += block.column * (task.b.transposed ? task.b.stride : 1);
  task.c += block.row * task.c_stride + block.column;
  task.n_rows = block.row_end - block.row;
  task.n_columns = block.column_end - block.column;
  if (task.bias) task.bias += block.column;
  task.whole_first_column = block.column;
  multiply_alone(task, kernels);
}

//! [threads]
/// Gives every thread blocks of its own. The inner dimension is never cut for them: so each
/// element is the same sum for any number of threads.
void multiply_blocks(const MatmulTask& whole, const MatmulKernels& kernels, Threads& threads) {
  const Grid grid = choose_grid(
      {whole.n_rows, whole.n_columns, kernels.tile_rows, kernels.tile_columns, threads.count()});
  const Index n_tiles = (whole.n_columns + kernels.tile_columns - 1) / kernels.tile_columns;
  const auto row = [&](Index i) { return i * whole.n_rows / grid.n_row_blocks; };
  const auto column = [&](Index j) {
    return std::min(whole.n_columns, j * n_tiles / grid.n_column_blocks * kernels.tile_columns);
  };
  threads.parallel_for(grid.n_row_blocks * grid.n_column_blocks, [&](Index block) {
    const Index i = block / grid.n_column_blocks, j = block % grid.n_column_blocks;
    multiply_block(whole, kernels, {row(i), row(i + 1), column(j), column(j + 1)});
  });
}
//! [threads]

MatmulMethod choose_method(const Factor& a, const Factor& b) {
  const Index n_rows = a.n_rows();
  if (b.transposed) {
    // Few rows do not repay the packing of b; and where its columns are few, tiles are half empty.
    constexpr Index few = 4, few_by_few = 12, worth_their_sum = 64;
    const bool is_small =
        n_rows <= few_by_few && b.n_columns() <= few_by_few && a.n_columns() >= worth_their_sum;
    const bool is_by_dots = !a.transposed && (n_rows <= few || is_small);
    return is_by_dots ? MatmulMethod::dots : MatmulMethod::tiles;
  }
  // Two rows of c that are too long for the L1 cache cost more than they save.
  constexpr Index two_short_rows = 2048;
  const bool is_few = n_rows == 1 || (n_rows == 2 && b.n_columns() <= two_short_rows);
  return is_few && b.n_rows() > 0 ? MatmulMethod::row_sums : MatmulMethod::tiles;
}

kernel::MatmulFactor in_memory(const Factor& factor) {
  return {factor.view.data, factor.view.stride, factor.transposed};
}

}  // namespace

std::int64_t n_multiply_adds() { return multiply_adds_so_far; }

Index packed_size(const Factor& b) {
  return b.n_rows() * round_up(b.n_columns(), kernel::active_kernels().matmul.tile_columns);
}

PackedFactor pack_factor(const Factor& b, std::span<float> memory, Threads& threads) {
  require_shapes(std::ssize(memory) >= packed_size(b), "pack_factor", "b", b.shape(),
                 "the memory for it", {1, std::ssize(memory)});
  const MatmulKernels& kernels = kernel::active_kernels().matmul;
  const Index columns_at_once = 4 * kernels.tile_columns;
  threads.parallel_ranges(b.n_columns(), columns_at_once, [&](Index begin, Index end) {
    kernels.pack({in_memory(b), b.n_rows(), b.n_columns(), begin, end, memory.data()});
  });
  PackedFactor packed;
  packed.numbers_ = memory.data();
  packed.shape_ = b.shape();
  packed.kernels_ = &kernels;
  return packed;
}

/// Opens a packed factor for a product; null where it is empty.
const float* packed_numbers(const PackedFactor& packed, const Factor& b,
                            const MatmulKernels& kernels) {
  if (packed.empty()) return nullptr;
  require_shapes(packed.shape_ == b.shape(), "matmul", "b", b.shape(), "packed b", packed.shape_);
  if (packed.kernels_ != &kernels) {
    fail(ExitCode::internal, "matmul: b was packed for another instruction set; pack it again");
  }
  return packed.numbers_;
}

namespace {

/// Attention multiplies small matrices by the thousand: so all shapes are compared at once.
bool shapes_fit(const Factor& a, const Factor& b, const MatrixView& c,
                const ConstMatrixView& bias) {
  const bool bias_fits = bias.empty() || (bias.n_rows == 1 && bias.n_columns == c.n_columns);
  return a.n_columns() == b.n_rows() && a.n_rows() == c.n_rows && b.n_columns() == c.n_columns &&
         bias_fits;
}

[[gnu::cold, gnu::noinline]] void say_what_does_not_fit(const Factor& a, const Factor& b,
                                                        const MatrixView& c,
                                                        const ConstMatrixView& bias) {
  require_shapes(a.n_columns() == b.n_rows(), "matmul", "a", a.shape(), "b", b.shape());
  require_shapes(a.n_rows() == c.n_rows, "matmul", "a", a.shape(), "c", c.shape());
  require_shapes(b.n_columns() == c.n_columns, "matmul", "b", b.shape(), "c", c.shape());
  shapes_do_not_fit("matmul", "c", c.shape(), "bias", bias.shape());
}

}  // namespace

void matmul(const Factor& a, const Factor& b, const Into& into, const MatmulOptions& options,
            Threads& threads) {
  if (!into.is_wanted()) return;
  const kernel::Target target(into);
  const MatrixView& c = target.view;
  if (!shapes_fit(a, b, c, options.bias)) say_what_does_not_fit(a, b, c, options.bias);
  if (c.n_rows == 0 || c.n_columns == 0) return;
  multiply_adds_so_far += c.size() * a.n_columns();
  const MatmulKernels& kernels = kernel::active_kernels().matmul;
  MatmulTask task = {};
  task.a = in_memory(a);
  task.b = in_memory(b);
  task.c = c.data;
  task.c_stride = c.stride;
  task.n_rows = c.n_rows;
  task.n_columns = c.n_columns;
  task.n_inner = a.n_columns();
  task.accumulate = target.adds;
  task.bias = options.bias.data;
  task.relu = options.relu;
  task.whole_packed_b = packed_numbers(options.packed_b, b, kernels);
  task.whole_n_columns = c.n_columns;
  task.method = choose_method(a, b);

  constexpr Index worth_two_threads = 1 << 18;  // multiplications
  if (threads.count() > 1 && c.size() * task.n_inner >= worth_two_threads) {
    multiply_blocks(task, kernels, threads);
  } else {
    multiply_alone(task, kernels);
  }
}

}  // namespace transformer
