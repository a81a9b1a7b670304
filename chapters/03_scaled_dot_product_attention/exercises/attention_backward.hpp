// Write: the way back through attention.
//
// `dvectors` says how the loss changes with each number of the vectors. How does it change with the
// queries, keys and values? The forward part stands in attention_backward.cpp; go back through it,
// last line first. `product(a, b)` and `transpose(a)` are there, and so is
// `plain_softmax_backward(weights, dweights)` of the page.
#pragma once

#include "chapters/03_scaled_dot_product_attention/program/plain.hpp"

namespace transformer {

/// dq, dk and dv of softmax(q k^T / sqrt(d_k)) v, each with the shape of q, k and v.
PlainGradients exercise_attention_backward(const Matrix& q, const Matrix& k, const Matrix& v,
                                           const Matrix& dvectors);

}  // namespace transformer
