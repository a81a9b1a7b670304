// Blocks of columns: views of a variable that share its value and its gradient. A gradient may
// arrive at the blocks, one by one, and at the whole, in any order and more than once; blocks may
// overlap. As long as the whole is not written (has_gradient), each block says of its own columns
// whether they are.
#include <algorithm>

#include "src/autograd/tape.hpp"
#include "src/base/error.hpp"

namespace transformer {
namespace {

bool overlap(const VariableData& a, const VariableData& b) {
  return a.first_column < b.first_column + b.value.n_columns &&
         b.first_column < a.first_column + a.value.n_columns;
}

}  // namespace

/// The first block of a whole in this step; a parameter may have had others in earlier ones.
VariableData* Tape::blocks_of(const VariableData& whole) const {
  return whole.step_of_blocks == now ? whole.blocks : nullptr;
}

/// Whether what arrives at x now must be added. Where only some of its numbers are there already,
/// zeros are put beside them first.
bool Tape::must_add_to(VariableData& x) {
  VariableData& whole = x.whole ? *x.whole : x;
  if (whole.has_gradient || x.has_gradient) return true;
  bool is_partly_written = false;
  for (VariableData* block = blocks_of(whole); block; block = block->next_block) {
    const bool is_part_of_x = &whole == &x || overlap(*block, x);
    is_partly_written = is_partly_written || (block->has_gradient && is_part_of_x);
  }
  if (is_partly_written) complete_gradient(whole);
  return is_partly_written;
}

/// Puts zeros where no block of the whole was written.
void Tape::complete_gradient(VariableData& whole) {
  const MatrixView gradient = place_of_gradient(whole);
  const Index n_columns = gradient.n_columns;
  for (Index column = 0; column < n_columns;) {
    Index written_until = column, next_written = n_columns;
    for (VariableData* block = blocks_of(whole); block; block = block->next_block) {
      if (!block->has_gradient) continue;
      const Index begin = block->first_column, end = begin + block->value.n_columns;
      if (begin <= column) written_until = std::max(written_until, end);
      if (begin > column) next_written = std::min(next_written, begin);
    }
    if (written_until > column) {
      column = written_until;
      continue;
    }
    for (Index i = 0; i < gradient.n_rows; ++i) {
      std::fill(gradient.row(i) + column, gradient.row(i) + next_written, 0.0f);
    }
    column = next_written;
  }
  whole.has_gradient = true;
}

void Tape::split_columns(Variable x, std::span<Variable> blocks) {
  const Index n_blocks = std::ssize(blocks);
  const Index width = n_blocks > 0 ? x.n_columns() / n_blocks : 0;
  if (n_blocks == 0 || width * n_blocks != x.n_columns()) {
    fail(ExitCode::internal, "split_columns: {} columns do not make {} equal blocks", x.n_columns(),
         n_blocks);
  }
  VariableData& part = x.data();
  VariableData& whole = part.whole ? *part.whole : part;
  for (Index b = 0; b < n_blocks; ++b) {
    auto* block = arena_.create<VariableData>(part.value.columns(b * width, (b + 1) * width),
                                              x.wants_gradient() && is_training());
    block->whole = &whole;
    block->first_column = part.first_column + b * width;
    block->next_block = blocks_of(whole);
    whole.blocks = block;
    whole.step_of_blocks = now;
    blocks[static_cast<size_t>(b)] = {block, this};
  }
  if (!x.wants_gradient() || !is_training()) return;
  // Whoever used the blocks has handed their gradients on by the time that this is called.
  const auto complete = [](Tape& tape, Record& record) {
    VariableData& all = *record.output;
    all.has_gradient = tape.must_add_to(all);
  };
  last_ = arena_.create<Record>(last_, complete, &whole, std::span<VariableData* const>());
}

}  // namespace transformer
