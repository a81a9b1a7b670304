// What the page shows beside the sinusoids themselves.
#pragma once

namespace transformer {

/// Prints that two sentences of the same words are the same set of vectors without positions.
void show_order();

/// Prints how far other layouts of the sinusoids are from the paper's formula: halves instead of
/// pairs, as in tensor2tensor and fairseq, and a well-known mistake in the exponent.
void show_layouts();

/// Prints the encoding of two sentences in one batch.
void show_packed();

}  // namespace transformer
