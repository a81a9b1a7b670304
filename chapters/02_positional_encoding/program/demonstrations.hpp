// What the page shows beside the sinusoids themselves.
#pragma once

#include "src/book/scenes.hpp"
#include "src/tensor/tensor.hpp"

namespace transformer {

/// That two sentences of the same words are the same set of vectors without positions.
void show_order(const SceneRequest&);

/// The layout of tensor2tensor and fairseq: all sines, then all cosines, and one wavelength less
/// between the ends. (n_positions, d_model).
Matrix halves(Index n_positions, Index d_model);

/// How far other layouts of the sinusoids are from the paper's formula: halves instead of
/// pairs, as in tensor2tensor and fairseq, and a well-known mistake in the exponent.
void show_layouts(const SceneRequest&);

/// The encoding of two sentences in one batch.
void show_packed(const SceneRequest&);

/// Which letter comes first in a word, learned without positions, with the paper's and with codes
/// that are learned too; and read with another layout than it was learned with.
void show_which_first(const SceneRequest&);

}  // namespace transformer
