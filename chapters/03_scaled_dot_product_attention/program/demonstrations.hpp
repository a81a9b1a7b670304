// What the chapter's program measures beyond the example sentence: masks.cpp, softmax.cpp,
// packed.cpp and receipts.cpp.
#pragma once

#include "chapters/03_scaled_dot_product_attention/program/example.hpp"
#include "src/book/scenes.hpp"
#include "src/tensor/tensor.hpp"

namespace transformer {

/// diag(p) - p p^T, the Jacobian of softmax: element (i, j) is d p_i / d s_j. p is (1, n).
Matrix softmax_jacobian(ConstMatrixView p);

/// The gradients of attention, by the tape, by numeric differences and by PyTorch.
void show_receipts(const SceneRequest&);

/// The Jacobian of softmax at one word's scores, by the formula and by numeric differences.
void show_jacobian(const SceneRequest&);

/// What q.k, the weights and their gradient become as d_k grows, with the factor
/// 1 / sqrt(d_k) and without it; figures entropy and jacobian.
void show_scaling(const SceneRequest&);

/// How much the first four words learn of a change of the fifth: without a mask, with a mask
/// in the right place, and with one that comes too late.
void show_leak(const SceneRequest&);

/// Why the largest score is subtracted before the exponential.
void show_large_scores(const SceneRequest&);

/// How many bytes kept weights would take, and how many the scratch space takes.
void show_memory(const SceneRequest&);

/// Attention over a packed batch beside the same over padded sentences with a mask.
void show_packed(const SceneRequest&);

/// Queries and keys that learn to find the word before; figure word_before.
void show_word_before(const SceneRequest&);

}  // namespace transformer
