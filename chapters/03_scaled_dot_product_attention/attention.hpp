// Scaled dot-product attention (section 3.2.1): Attention(Q, K, V) = softmax(Q K^T / sqrt(d_k)) V.
#pragma once

#include <optional>
#include <span>

#include "src/autograd/tape.hpp"
#include "src/kernels/kernels.hpp"

namespace transformer {

// ---- One sentence, one head: the formula on matrices -------------------------------------------

/// What happens to the scores between q k^T / sqrt(d_k) and the softmax. The paper has a mask there
/// and nothing else.
struct ScoreRule {
  Mask mask = Mask::none;
  /// (n_queries, n_keys), added to the scores: for distances between places (Raffel et al. 2020,
  /// Liu et al. 2021). Or empty.
  ConstMatrixView bias = {};
  /// A number for each query, and one for each key: they meet only where the numbers are equal. Or
  /// empty.
  std::span<const Index> query_windows = {}, key_windows = {};

  ScoreRule(Mask m) : mask(m) {}
  bool is_mask_alone() const { return bias.empty() && query_windows.empty(); }
};

/// weights = softmax(q k^T / sqrt(d_k)): row i says how much query i takes from each value, and
/// sums to 1. q is (n_queries, d_k), k (n_keys, d_k), weights (n_queries, n_keys).
void attention_weights(ConstMatrixView q, ConstMatrixView k, const ScoreRule& rule,
                       MatrixView weights);

/// vectors = weights v, with v (n_keys, d_v) and vectors (n_queries, d_v). `weights` is scratch
/// space.
void attention_forward(ConstMatrixView q, ConstMatrixView k, ConstMatrixView v,
                       const ScoreRule& rule, MatrixView weights, MatrixView vectors);

/// The gradients of attention_forward. The weights are worked out again rather than kept: that is
/// faster than to write them to memory and to read them back. `weights` and `dweights`, both
/// (n_queries, n_keys), are scratch space; dbias is wanted only where the rule has a bias.
void attention_backward(ConstMatrixView q, ConstMatrixView k, ConstMatrixView v,
                        const ScoreRule& rule, ConstMatrixView dvectors, MatrixView weights,
                        MatrixView dweights, Into dq, Into dk, Into dv,
                        Into dbias = Into::nowhere());

// ---- A packed batch: every sentence, every head ------------------------------------------------

/// Who attends to whom: the tokens of sentence s in `queries` to those of sentence s in `keys`.
struct AttentionPattern {
  Segments queries;
  Segments keys;
  Mask mask = Mask::none;
  /// The bias of every head, (n_heads * n_queries, n_keys), the same for every sentence: all are
  /// equally long then. It is learned like any input.
  std::optional<Variable> bias = {};
  /// Of all rows of q, and of k: see ScoreRule. They must outlive the step.
  std::span<const Index> query_windows = {}, key_windows = {};
};

/// Attention of each sentence and head by itself. Head h is the column block [h * d_k, (h + 1) *
/// d_k). q is (n_queries, n_heads * d_k), k (n_keys, n_heads * d_k), v (n_keys, n_heads * d_v), the
/// result (n_queries, n_heads * d_v). The offsets must outlive the step.
Variable scaled_dot_product_attention(Variable q, Variable k, Variable v,
                                      const AttentionPattern& pattern, Index n_heads = 1);

}  // namespace transformer
