// Predict, then run: who notices what in a decoder?
//
// Write your predictions into predict_decoder.cpp, then run: the check makes the experiments with
// the chapter's small trained model, which writes `jackal` backwards. Its source is the six letters
// and an end mark, its target `<s>lakcaj`: seven positions each.
#pragma once

namespace transformer {

/// The target's token at position 2, counted from 0, is changed. At how many of the seven positions
/// do the logits change?
double predicted_positions_that_notice();

/// The first letter of the source is changed. How many of the seven rows of the memory change?
double predicted_rows_of_memory();

/// And at how many of the seven positions do the logits change?
double predicted_positions_that_hear_of_it();

/// How many pairs (who looks, who is seen) does the causal mask leave of a target of ten tokens?
double predicted_visible_pairs();

/// A model writes ten letters and the end mark without a cache: it works out everything written so
/// far anew in each step. How many rows does its decoder work out in all?
double predicted_rows_without_a_cache();

}  // namespace transformer
