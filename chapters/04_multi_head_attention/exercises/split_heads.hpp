// Spot the bug: four dimensions.
//
// Padded implementations split the queries (n_sentences, n_tokens, d_model) into heads,
// (n_sentences, n_heads, n_tokens, d_k), where head h has columns [h d_k, (h + 1) d_k) of every
// token. The version in split_heads.cpp gives that shape, and its numbers are all there. A library
// of recommender models had this in three of them (reczoo/FuxiCTR, issue 30).
#pragma once

#include "src/tensor/tensor.hpp"

namespace transformer {

/// (n_sentences, n_tokens, d_model) before, (n_sentences, n_heads, n_tokens, d_k) after.
using Padded = xt::xtensor<float, 3>;
using PaddedHeads = xt::xtensor<float, 4>;

/// The heads of q; d_k = d_model / n_heads.
PaddedHeads exercise_split_heads(const Padded& q, size_t n_heads);

}  // namespace transformer
