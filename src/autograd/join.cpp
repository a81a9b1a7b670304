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
  return tape.operation(
      "join_rows", parts, shape,
      [=](const ForwardPass& pass) {
        for_each_part(parts, &Variable::n_rows, [&](Variable part, Index begin, Index end) {
          copy_to(part.value(), pass.y.rows(begin, end), pass.threads);
        });
      },
      [=](const BackwardPass& pass) {
        for_each_part(parts, &Variable::n_rows, [&](Variable part, Index begin, Index end) {
          copy_to(pass.dy.rows(begin, end), pass.into(part), pass.threads);
        });
      });
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
  return tape.operation(
      "join_columns", parts, shape,
      [=](const ForwardPass& pass) {
        for_each_part(parts, &Variable::n_columns, [&](Variable part, Index begin, Index end) {
          copy_to(part.value(), pass.y.columns(begin, end), pass.threads);
        });
      },
      [=](const BackwardPass& pass) {
        for_each_part(parts, &Variable::n_columns, [&](Variable part, Index begin, Index end) {
          copy_to(pass.dy.columns(begin, end), pass.into(part), pass.threads);
        });
      });
}

}  // namespace transformer
