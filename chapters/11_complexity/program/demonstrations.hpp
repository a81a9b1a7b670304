// What the chapter's program shows: of counts.cpp the operations of a layer, of waiting.cpp how
// many of them must wait for each other, of paths.cpp how many layers lie between two words, of
// receipts.cpp the convolution's gradient, of learning.cpp what a path is good for, of seconds.cpp
// what a clock says.
#pragma once

#include "src/book/scenes.hpp"

namespace transformer {

/// The multiply-adds of each layer, with its projections apart.
void show_counts(const SceneRequest&);
/// The exponents of their growth with n and d; figures by_length and by_width.
void show_exponents(const SceneRequest&);
/// The length from which self-attention takes more than another layer, for some widths.
void show_crossing(const SceneRequest&);
/// A window that is left out, and one that is hidden behind a mask.
void show_masked(const SceneRequest&);

/// The depth of each layer's dataflow, for some lengths.
void show_waiting(const SceneRequest&);

/// After how many layers each word has met each other; figure paths.
void show_paths(const SceneRequest&);
/// What the rim of a sentence does to a dilated stack.
void show_rim(const SceneRequest&);

/// A convolution by hand.
void show_by_hand(const SceneRequest&);
/// Its gradients: by the tape, by numeric differences, and as PyTorch has them.
void show_receipts(const SceneRequest&);

/// A letter at the begin of a word, asked for at its end.
void show_out_of_reach(const SceneRequest&);

/// Seconds beside counts; figure seconds.
void show_seconds(const SceneRequest&);
/// One step with one thread and with two.
void show_threads(const SceneRequest&);

}  // namespace transformer
