// Predict, then run: what grows, what waits, and who meets whom.
//
// Write down what you expect, as the return values of the functions in predict_growth.cpp.
#pragma once

namespace transformer {

/// The sentence becomes twice as long, and the vectors half as wide. How many times as many
/// multiply-adds do scores and mixture of self-attention take (without projections)?
double predicted_factor();

/// A causal mask hides half of all pairs of words (chapter 03). What share of the multiply-adds is
/// left, 1 being all of them?
double predicted_share_under_a_mask();

/// A plain recurrent layer reads 20 words. How many products with W_h must wait for each other,
/// that of the first word among them?
double predicted_waiting_products();

/// Causal convolutions of five taps, without dilation, on top of each other: after how many layers
/// has word 0 reached word 20?
double predicted_layers();

/// Self-attention in blocks of four words, each block as if it were a sentence of its own: after
/// how many such layers has word 0 reached word 4? (0 stands for never.)
double predicted_layers_of_blocks();

}  // namespace transformer
