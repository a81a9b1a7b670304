// What one query finds among keys and values, in all heads (section 3.2.1): what decoding asks for
// every growing translation. Every key and every value is read once, from end to end, as they lie
// in memory: head by head, the processor would have to fetch each in pieces.
#pragma once

#include "src/kernels/generic/matmul_dots.hpp"
#include "src/kernels/generic/softmax.hpp"
#include "src/kernels/row_table.hpp"

namespace transformer::kernel {

/// Calls body(j, lanes) for j = 0, n_lanes, ... < n.
template <class Arch, class Body>
[[gnu::always_inline]] inline void each_in_turn(Index n, Body body) {
  Index j = 0;
  for (; j + n_lanes<Arch> <= n; j += n_lanes<Arch>) body(j, AllLanes<Arch>());
  if (j < n) body(j, FirstLanes<Arch>(n - j));
}

/// The scores of a key in n_heads heads, at most four, of d_k numbers each.
template <class Arch, int n_heads>
[[gnu::always_inline]] inline void score_heads(const float* q, const float* key, Index d_k,
                                               float* scores, Index stride) {
  Floats<Arch> sums[4] = {0.0f, 0.0f, 0.0f, 0.0f};
#pragma GCC unroll 4
  for (Index h = 0; h < n_heads; ++h) {
    each_in_turn<Arch>(
        d_k, [&](Index j, auto lanes) __attribute__((always_inline)) {
          sums[h] = simd::fma(lanes.load(q + h * d_k + j), lanes.load(key + h * d_k + j), sums[h]);
        });
  }
  typename PlainVector<n_lanes<Arch>>::Register parts[4];
#pragma GCC unroll 4
  for (Index h = 0; h < 4; ++h) __builtin_memcpy(&parts[h], &sums[h], sizeof(parts[h]));
  const Four products = sum_four<n_lanes<Arch>>(parts);
#pragma GCC unroll 4
  for (Index h = 0; h < n_heads; ++h) scores[h * stride] = products[h];
}

template <class Arch>
void score_key(const OneQuery& query, Index i) {
  const float* key = query.keys + i * query.stride;
  float* scores = query.weights + i;
  Index h = 0;
  for (; h + 4 <= query.n_heads; h += 4) {
    score_heads<Arch, 4>(query.q + h * query.d_k, key + h * query.d_k, query.d_k,
                         scores + h * query.n_keys, query.n_keys);
  }
  for (; h < query.n_heads; ++h) {
    score_heads<Arch, 1>(query.q + h * query.d_k, key + h * query.d_k, query.d_k,
                         scores + h * query.n_keys, query.n_keys);
  }
}

/// Adds some values, from the i-th on, each with its weight; the first ones replace what is there.
template <class Arch, int n_values>
void add_values(const OneQuery& query, Index i) {
  const float* first = query.values + i * query.stride;
  for (Index h = 0; h < query.n_heads; ++h) {
    const float* weights = query.weights + h * query.n_keys + i;
    Floats<Arch> shares[n_values];
#pragma GCC unroll 4
    for (Index l = 0; l < n_values; ++l) shares[l] = Floats<Arch>(weights[l]);
    each_in_turn<Arch>(
        query.d_k, [&](Index j, auto lanes) __attribute__((always_inline)) {
          const Index column = h * query.d_k + j;
          Floats<Arch> sum = i == 0 ? Floats<Arch>(0.0f) : lanes.load(query.y + column);
#pragma GCC unroll 4
          for (Index l = 0; l < n_values; ++l) {
            sum = simd::fma(shares[l], lanes.load(first + l * query.stride + column), sum);
          }
          lanes.store(query.y + column, sum);
        });
  }
}

/// Asks for a key that comes soon, and for this key's value. Harmless beyond the last one.
[[gnu::always_inline]] inline void prefetch_ahead(const OneQuery& query, Index i) {
  constexpr Index soon = 4;
  const float* key = query.keys + (i + soon) * query.stride;
  const float* value = query.values + i * query.stride;
  for (Index j = 0; j < query.n_heads * query.d_k; j += cache_line) {
    prefetch(key + j);
    prefetch(value + j);
  }
}

template <class Arch>
[[gnu::flatten]] void attend(const OneQuery& query) {
  for (Index i = 0; i < query.n_keys; ++i) {
    prefetch_ahead(query, i);
    score_key<Arch>(query, i);
  }
  for (Index h = 0; h < query.n_heads; ++h) {
    float* weights = query.weights + h * query.n_keys;
    softmax_forward<Arch>(weights, query.n_keys, query.scale, weights);
  }
  Index i = 0;
  for (; i + 4 <= query.n_keys; i += 4) add_values<Arch, 4>(query, i);
  for (; i < query.n_keys; ++i) add_values<Arch, 1>(query, i);
}

}  // namespace transformer::kernel
