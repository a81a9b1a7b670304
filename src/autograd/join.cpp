#include <algorithm>

#include "src/autograd/operations.hpp"

namespace transformer {
namespace {

/// A copy of the parts in the tape's arena: as long as the step, as a backward function needs them.
std::span<const Variable> kept(Tape& tape, std::span<const Variable> parts) {
  const std::span<Variable> copy = tape.arena().allocate<Variable>(std::ssize(parts));
  std::copy(parts.begin(), parts.end(), copy.begin());
  return copy;
}

/// Calls visit(part, begin, end) for each part with where its rows, or columns, lie in the whole.
template <class Visit>
void for_each_part(std::span<const Variable> parts, Index (Variable::*size)() const, Visit visit) {
  Index begin = 0;
  for (const Variable part : parts) {
    const Index end = begin + (part.*size)();
    visit(part, begin, end);
    begin = end;
  }
}

/// Copies each part to its block of the whole; `block(whole, begin, end)` takes that out.
template <class Block>
auto copy_together(std::span<const Variable> parts, Index (Variable::*size)() const, Block block) {
  return [=](const ForwardPass& pass) {
    for_each_part(parts, size, [&](Variable part, Index begin, Index end) {
      copy_to(part.value(), block(pass.y, begin, end), pass.threads);
    });
  };
}

/// Hands each part the gradient of its block.
template <class Block>
auto hand_back(std::span<const Variable> parts, Index (Variable::*size)() const, Block block) {
  return [=](const BackwardPass& pass) {
    for_each_part(parts, size, [&](Variable part, Index begin, Index end) {
      copy_to(block(pass.dy, begin, end), pass.into(part), pass.threads);
    });
  };
}

}  // namespace

Variable join_rows(std::span<const Variable> list) {
  Tape& tape = tape_of("join_rows", list);
  const std::span<const Variable> parts = kept(tape, list);
  Shape shape{0, parts.front().n_columns()};
  for (const Variable part : parts) {
    require_shapes(part.n_columns() == shape.n_columns, "join_rows", "the first part",
                   parts.front().shape(), "another", part.shape());
    shape.n_rows += part.n_rows();
  }
  const auto block = [](const MatrixView& whole, Index begin, Index end) {
    return whole.rows(begin, end);
  };
  return tape.operation("join_rows", parts, shape, copy_together(parts, &Variable::n_rows, block),
                        hand_back(parts, &Variable::n_rows, block));
}

Variable join_columns(std::span<const Variable> list) {
  Tape& tape = tape_of("join_columns", list);
  const std::span<const Variable> parts = kept(tape, list);
  Shape shape{parts.front().n_rows(), 0};
  for (const Variable part : parts) {
    require_shapes(part.n_rows() == shape.n_rows, "join_columns", "the first part",
                   parts.front().shape(), "another", part.shape());
    shape.n_columns += part.n_columns();
  }
  const auto block = [](const MatrixView& whole, Index begin, Index end) {
    return whole.columns(begin, end);
  };
  return tape.operation("join_columns", parts, shape,
                        copy_together(parts, &Variable::n_columns, block),
                        hand_back(parts, &Variable::n_columns, block));
}

}  // namespace transformer
