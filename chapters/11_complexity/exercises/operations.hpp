// Write: the multiply-adds of a layer, before it runs.
//
// A multiply-add is a multiplication together with the addition that follows it. A product of a
// matrix (a, b) and a matrix (b, c) takes a * b * c of them. One sentence of n words goes forward
// through a layer: how many are there? Projections and output matrix count. Softmax, sigmoid and
// tanh are no products.
#pragma once

#include "src/base/index.hpp"

namespace transformer {

/// Self-attention of width d with n_heads heads (chapter 04), without a mask.
Index exercise_self_attention(Index n, Index d, Index n_heads);

/// An LSTM (chapter 09) whose input and whose state have d numbers.
Index exercise_lstm(Index n, Index d);

}  // namespace transformer
