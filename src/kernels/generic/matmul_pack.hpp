// Packing: writes the part of a factor that is needed next in the order in which the tiles read it.
// A row of the packed panel holds what one step k needs. So the tiles read memory in one straight
// line, whatever the stride of the factor, and its transpose is never written out.
#pragma once

#include <utility>

#include "src/base/index.hpp"
#include "src/kernels/generic/vector.hpp"
#include "src/kernels/matmul_table.hpp"

namespace transformer::kernel {

/// Where element (i, j) of a factor lies.
template <class Arch>
[[gnu::always_inline]] inline const float* place(const MatmulFactor& factor, Index i, Index j) {
  return factor.data + (factor.transposed ? j * factor.stride + i : i * factor.stride + j);
}

/// Lane l (4 floats) of the result is the 4 floats at rows[4 * l] + offset.
template <int n>
[[gnu::always_inline]] inline typename PlainVector<n>::Register load_lanes(const float* const* rows,
                                                                           Index offset) {
  if constexpr (n == 4) {
    typename PlainVector<4>::Register lane;
    __builtin_memcpy(&lane, rows[0] + offset, sizeof(lane));
    return lane;
  } else {
    const auto low = load_lanes<n / 2>(rows, offset);
    const auto high = load_lanes<n / 2>(rows + n / 2, offset);
    return [&]<int... i>(std::integer_sequence<int, i...>) {
      return __builtin_shufflevector(low, high, i...);
    }
    (std::make_integer_sequence<int, n>());
  }
}

/// Which element of a (from 0 on) or of b (from n on) `interleave` puts into place i.
template <int n, int run, int part>
constexpr int interleaved(int i) {
  const int lane = i / 4 * 4, place = i % 4;
  const bool is_of_b = run == 1 ? place % 2 == 1 : place / 2 == 1;
  const int element = run == 1 ? place / 2 : place % 2;
  return lane + part + element + (is_of_b ? n : 0);
}

/// Two elements of a and two of b, in turns of `run`: the first two (part 0) or the last two (part
/// 2) of each lane of four. With a lane a0 a1 a2 a3 of a and b0 b1 b2 b3 of b it gives
///   run 1, part 0:  a0 b0 a1 b1      run 1, part 2:  a2 b2 a3 b3
///   run 2, part 0:  a0 a1 b0 b1      run 2, part 2:  a2 a3 b2 b3
template <int n, int run, int part, class Register>
[[gnu::always_inline]] inline Register interleave(Register a, Register b) {
  return [&]<int... i>(std::integer_sequence<int, i...>) {
    return __builtin_shufflevector(a, b, interleaved<n, run, part>(i)...);
  }
  (std::make_integer_sequence<int, n>());
}

/// The lower half of a register plus its upper half.
template <int n>
[[gnu::always_inline]] inline typename PlainVector<n / 2>::Register add_halves(
    typename PlainVector<n>::Register x) {
  return [&]<int... i>(std::integer_sequence<int, i...>) {
    return __builtin_shufflevector(x, x, i...) + __builtin_shufflevector(x, x, (i + n / 2)...);
  }
  (std::make_integer_sequence<int, n / 2>());
}

/// packed[k * packed_stride + i] = rows[i][k] for k in [0, 4): a 4 x 4 transpose in every lane.
template <int n>
[[gnu::always_inline]] inline void transpose_four(const float* const* rows, Index k, float* packed,
                                                  Index packed_stride) {
  using Register = typename PlainVector<n>::Register;
  const Register row_0 = load_lanes<n>(rows, k), row_1 = load_lanes<n>(rows + 1, k);
  const Register row_2 = load_lanes<n>(rows + 2, k), row_3 = load_lanes<n>(rows + 3, k);
  const Register low_01 = interleave<n, 1, 0>(row_0, row_1);
  const Register low_23 = interleave<n, 1, 0>(row_2, row_3);
  const Register high_01 = interleave<n, 1, 2>(row_0, row_1);
  const Register high_23 = interleave<n, 1, 2>(row_2, row_3);
  const Register columns[4] = {
      interleave<n, 2, 0>(low_01, low_23), interleave<n, 2, 2>(low_01, low_23),
      interleave<n, 2, 0>(high_01, high_23), interleave<n, 2, 2>(high_01, high_23)};
#pragma GCC unroll 4
  for (Index j = 0; j < 4; ++j) {
    __builtin_memcpy(packed + (k + j) * packed_stride, &columns[j], sizeof(Register));
  }
}

/// packed[k * packed_stride + i] = from[i * stride + k] for the rows i < n_rows and k < n_inner.
/// One register of rows at a time; what stands beside the last row is arbitrary.
template <class Arch>
void pack_transposed(const float* from, Index stride, Index n_rows, Index n_inner, float* packed,
                     Index packed_stride) {
  constexpr int size = simd::batch<float, Arch>::size;
  for (Index first = 0; first < n_rows; first += size, packed += size) {
    const float* rows[size];
    for (Index i = 0; i < size; ++i) {
      const Index row = first + i < n_rows ? first + i : n_rows - 1;
      rows[i] = from + row * stride;
    }
    Index k = 0;
    for (; k + 4 <= n_inner; k += 4) transpose_four<size>(rows, k, packed, packed_stride);
    for (; k < n_inner; ++k) {
      for (Index i = 0; i < size; ++i) packed[k * packed_stride + i] = rows[i][k];
    }
  }
}

/// Copies n_inner rows of n_vectors registers. `last` are the lanes of the last one that are there.
//! [copy_rows]
template <class Arch, int n_vectors, class Lanes>
void copy_rows(const float* from, Index stride, Lanes last, Index n_inner, float* packed,
               Index packed_stride) {
  constexpr Index end = (n_vectors - 1) * n_lanes<Arch>;
  for (Index k = 0; k < n_inner; ++k, from += stride, packed += packed_stride) {
#pragma GCC unroll 2
    for (Index j = 0; j < end; j += n_lanes<Arch>) {
      Floats<Arch>::load_unaligned(from + j).store_unaligned(packed + j);
    }
    last.load(from + end).store_unaligned(packed + end);
  }
}
//! [copy_rows]

/// packed[k * packed_stride + j] = from[k * stride + j] for k < n_inner and the columns j <
/// n_columns. A tile's fill one register or two.
template <class Arch>
void pack_straight(const float* from, Index stride, Index n_columns, Index n_inner, float* packed,
                   Index packed_stride) {
  const auto copy = [&]<int n_vectors>(std::integral_constant<int, n_vectors>, auto last) {
    copy_rows<Arch, n_vectors>(from, stride, last, n_inner, packed, packed_stride);
  };
  constexpr Index size = n_lanes<Arch>;
  constexpr std::integral_constant<int, 1> one;
  constexpr std::integral_constant<int, 2> two;
  if (n_columns < size) return copy(one, FirstLanes<Arch>(n_columns));
  if (n_columns == size) return copy(one, AllLanes<Arch>());
  if (n_columns < 2 * size) return copy(two, FirstLanes<Arch>(n_columns - size));
  if (n_columns == 2 * size) return copy(two, AllLanes<Arch>());
  for (Index k = 0; k < n_inner; ++k, from += stride, packed += packed_stride) {
    each_register<Arch>(n_columns, [&](Index j, auto lanes, int) {
      lanes.store(packed + j, lanes.load(from + j));
    });
  }
}

}  // namespace transformer::kernel
