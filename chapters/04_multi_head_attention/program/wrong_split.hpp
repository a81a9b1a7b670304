// The mistake that is made most often when heads are split.
#pragma once

#include "src/book/scenes.hpp"
#include "src/tensor/view.hpp"

namespace transformer {

/// Head h of q, (n_tokens, d_model), as `q.reshape(n_heads, n_tokens, d_k)[h]` gives it in a
/// framework: the numbers in the order in which they lie in memory, cut anew. What is missing is a
/// transpose. q has no gaps between its rows.
MatrixView wrong_head(MatrixView q, Index h, Index n_heads);

/// Prints what such a head holds, and how far its weights are from the right ones. Figure split:
/// which numbers each head gets.
void show_wrong_split(ConstMatrixView q, ConstMatrixView k, Index n_heads,
                      const SceneRequest& request);

}  // namespace transformer
