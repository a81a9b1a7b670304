// What tests of kernels share: inputs, shapes, every instruction set, and matrices in a frame that
// shows when something is written beside them.
#pragma once

#include <boost/test/unit_test.hpp>
#include <cstring>
#include <functional>
#include <vector>

#include "src/base/philox.hpp"
#include "src/kernels/instruction_set.hpp"
#include "src/system/threads.hpp"
#include "src/tensor/tensor.hpp"

namespace transformer::test {

/// No rows, one number, less than a register, exactly one, odd widths over several registers, more
/// than one chunk of random numbers.
inline const std::vector<Shape> row_shapes = {{0, 5},  {1, 1},  {4, 1},   {1, 3},   {3, 7},
                                              {5, 4},  {2, 8},  {3, 16},  {9, 17},  {3, 31},
                                              {2, 64}, {3, 67}, {2, 130}, {2, 515}, {3, 2051}};

/// Calls `check()` once under each instruction set of this machine.
template <class Check>
void under_every_instruction_set(Check check) {
  const InstructionSet before = instruction_set();
  for (const InstructionSet set : available_instruction_sets()) {
    BOOST_TEST_CONTEXT("instruction set " << name_of(set)) {
      use_instruction_set(set);
      check();
    }
  }
  use_instruction_set(before);
}

/// Calls `check(shape)` for each shape, under each instruction set.
template <class Check>
void for_every_shape(Check check, const std::vector<Shape>& shapes = row_shapes) {
  under_every_instruction_set([&] {
    for (const Shape shape : shapes) {
      BOOST_TEST_CONTEXT("shape (" << shape.n_rows << ", " << shape.n_columns << ")") {
        check(shape);
      }
    }
  });
}

/// Numbers between -size and size that depend on the seed alone.
inline Matrix random_matrix(Shape shape, std::uint64_t seed, float size = 2.0f) {
  Matrix matrix = zeros(shape.n_rows, shape.n_columns);
  const RandomKey key{.seed = seed};
  for (size_t i = 0; i < matrix.size(); ++i) {
    matrix.data()[i] = size * (2 * unit_float(key.word(i)) - 1);
  }
  return matrix;
}

inline Matrix constant_matrix(Shape shape, float number) {
  Matrix matrix = zeros(shape.n_rows, shape.n_columns);
  matrix.fill(number);
  return matrix;
}

/// A matrix inside a larger one: two rows above and below, columns at both sides. All that is
/// outside holds one value, and `is_whole` says whether it still does.
class Framed {
 public:
  explicit Framed(Shape shape) : shape_(shape), all_(zeros(shape.n_rows + 4, shape.n_columns + 8)) {
    all_.fill(sentinel);
  }
  explicit Framed(const Matrix& values)
      : Framed(Shape{static_cast<Index>(values.shape(0)), static_cast<Index>(values.shape(1))}) {
    const ConstMatrixView from = view_of(values);
    for (Index i = 0; i < from.n_rows; ++i) {
      for (Index j = 0; j < from.n_columns; ++j) view()(i, j) = from(i, j);
    }
  }

  MatrixView view() {
    return view_of(all_).rows(2, 2 + shape_.n_rows).columns(3, 3 + shape_.n_columns);
  }
  bool is_whole() const {
    const ConstMatrixView all = view_of(all_);
    for (Index i = 0; i < all.n_rows; ++i) {
      for (Index j = 0; j < all.n_columns; ++j) {
        const bool inside = i >= 2 && i < 2 + shape_.n_rows && j >= 3 && j < 3 + shape_.n_columns;
        if (!inside && all(i, j) != sentinel) return false;
      }
    }
    return true;
  }

 private:
  static constexpr float sentinel = -12345.0f;
  Shape shape_;
  Matrix all_;
};

/// True where two views hold the same bits.
inline bool same_bits(ConstMatrixView a, ConstMatrixView b) {
  if (!same_shape(a, b)) return false;
  for (Index i = 0; i < a.n_rows; ++i) {
    const auto n_bytes = static_cast<size_t>(a.n_columns) * sizeof(float);
    if (n_bytes > 0 && std::memcmp(a.row(i), b.row(i), n_bytes) != 0) return false;
  }
  return true;
}

/// Under every instruction set: `run(threads, out)` writes a matrix (shape), and 2 and 3 threads
/// write the same bits as one.
template <class Run>
void check_same_bits_for_any_number_of_threads(Shape shape, Run run) {
  under_every_instruction_set([&] {
    Matrix one = zeros(shape.n_rows, shape.n_columns);
    run(Threads::serial(), view_of(one));
    for (const int n_threads : {2, 3}) {
      Threads threads(n_threads);
      Matrix many = zeros(shape.n_rows, shape.n_columns);
      run(threads, view_of(many));
      BOOST_TEST(same_bits(view_of(one), view_of(many)), n_threads << " threads");
    }
  });
}

}  // namespace transformer::test
