// What the chapter's program measures beyond the example sentence.
#pragma once

#include <filesystem>

#include "src/tensor/tensor.hpp"

namespace transformer {

/// diag(p) - p p^T, the Jacobian of softmax: element (i, j) is d p_i / d s_j. p is (1, n).
Matrix softmax_jacobian(ConstMatrixView p);

/// Prints the Jacobian of softmax at `scores` (1, n), by the formula and by numeric differences.
void show_jacobian(ConstMatrixView scores);

/// Prints what q.k, the weights and their gradient become as d_k grows, with the factor
/// 1 / sqrt(d_k) and without it, and draws it: entropy.svg, jacobian.svg.
void show_scaling(const std::filesystem::path& figures);

/// Prints attention over a packed batch beside the same over padded sentences with a mask.
void show_packed();

}  // namespace transformer
