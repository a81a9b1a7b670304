// Attention, forward and backward, as the formulas say it: a few plain lines each.
#pragma once

#include "src/book/scenes.hpp"
#include "src/tensor/tensor.hpp"

namespace transformer {

/// Each row of the scores by itself: weights_j = exp(scores_j) / the sum of all exp(scores_l).
Matrix plain_softmax(const Matrix& scores);
/// How the loss changes with the scores, where dweights says how it changes with the weights.
Matrix plain_softmax_backward(const Matrix& weights, const Matrix& dweights);

/// softmax(q k^T / sqrt(d_k)) v, (n_queries, d_v).
Matrix plain_attention(const Matrix& q, const Matrix& k, const Matrix& v);

struct PlainGradients {
  Matrix dq, dk, dv;
};
/// How the loss changes with q, k and v, where dvectors says how it changes with the vectors.
PlainGradients plain_attention_backward(const Matrix& q, const Matrix& k, const Matrix& v,
                                        const Matrix& dvectors);

/// The plain lines beside the code that the translator runs.
void show_plain(const SceneRequest&);

/// Ways to make shares of scores, and what 10 more for each score does to them.
void show_shares(const SceneRequest&);

/// Softmaxes of the same scores, cooler and hotter.
void show_temperature(const SceneRequest&);

}  // namespace transformer
