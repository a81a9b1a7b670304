// Additive attention (Bahdanau, Cho and Bengio 2015): a small network of one hidden layer says how
// well a query and a key fit, score_ij = v . tanh(q_i + k_j). The rest is as in chapter 03.
#pragma once

#include "src/autograd/tape.hpp"
#include "src/kernels/kernels.hpp"

namespace transformer {

// ---- One sentence: the formulas on matrices ----------------------------------------------------

/// weights = softmax(scores), row by row: q (n_queries, d), k (n_keys, d), v (1, d), weights
/// (n_queries, n_keys) without gaps between its rows. Row i n_keys + j of `hidden`, (n_queries
/// n_keys, d), gets tanh(q_i + k_j).
void additive_weights(ConstMatrixView q, ConstMatrixView k, ConstMatrixView v, MatrixView hidden,
                      MatrixView weights);

/// Where the gradients of a sentence go: dv is one row.
struct AdditiveGradients {
  Into dq, dk, dv, dvalues;
};

/// From `hidden` and `weights` as `additive_weights` left them, the gradients of vectors = weights
/// values. dweights (n_queries, n_keys) and dhidden, as large as hidden, are scratch space.
void additive_backward(ConstMatrixView v, ConstMatrixView values, ConstMatrixView hidden,
                       ConstMatrixView weights, ConstMatrixView dvectors, MatrixView dweights,
                       MatrixView dhidden, const AdditiveGradients& gradients);

// ---- A packed batch ----------------------------------------------------------------------------

/// Attention of the queries of each sentence to its keys. q is (n_queries, d), k (n_keys, d), v (1,
/// d), values (n_keys, d_v), the result (n_queries, d_v). A sentence may have any number of
/// queries; one that has some has keys. The offsets must outlive the step. Throws Error (internal)
/// where shapes or offsets do not fit.
Variable additive_attention(Variable q, Variable k, Variable v, Variable values,
                            const Segments& queries, const Segments& keys);

}  // namespace transformer
