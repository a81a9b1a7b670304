// What the chapter's program shows beyond the example sentence, each in a file named after it.
#pragma once

#include "chapters/03_scaled_dot_product_attention/program/example.hpp"
#include "src/book/scenes.hpp"
#include "src/tensor/tensor.hpp"

namespace transformer {

/// diag(a) - a a^T, the Jacobian of softmax: element (i, j) is d a_i / d s_j. The weights a are
/// (1, n).
Matrix softmax_jacobian(ConstMatrixView a);

/// The gradients of attention, by the tape, by numeric differences and by PyTorch.
void show_receipts(const SceneRequest&);

/// The Jacobian of softmax at one word's scores, by the formula and by numeric differences.
void show_jacobian(const SceneRequest&);

/// The product of two arrows from their lengths and their angle; figure arrows.
void show_arrows(const SceneRequest&);

/// What becomes of each word's vector when the words are shuffled, without places and with them;
/// figure parallel: who waits for whom.
void show_shuffled(const SceneRequest&);

/// What q.k, the weights and their slopes become as d_k grows, with the factor 1 / sqrt(d_k) and
/// without it; figures shared and bars.
void show_scaling(const SceneRequest&);

/// How much the first four words learn of a change of the fifth: without a mask, with a mask
/// in the right place, and with one that comes too late.
void show_leak(const SceneRequest&);

/// Why the largest score is subtracted before the exponential.
void show_large_scores(const SceneRequest&);

/// How many bytes kept weights would take, and how many the scratch space takes.
void show_memory(const SceneRequest&);

/// Attention of one padded sentence, as other frameworks do it: a mask takes the keys that are
/// padding out of every softmax. `weights` is (n_max, n_max), the result (n_max, d_v).
Matrix padded_attention(const Matrix& q, const Matrix& k, const Matrix& v, Index length,
                        Matrix& weights);

/// Attention over a packed batch beside the same over padded sentences with a mask.
void show_packed(const SceneRequest&);

/// Queries and keys that learn to find the word before; figure word_before.
void show_word_before(const SceneRequest&);

}  // namespace transformer
