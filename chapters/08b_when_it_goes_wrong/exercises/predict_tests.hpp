// Predict, then run: what the tests say before anything is learned.
//
// Write your predictions into predict_tests.cpp. The check builds the translators, runs the tests
// of this page, and says what came out.
#pragma once

namespace transformer {

/// Word 1 of the target "le jeune garçon attend", counted from 0, becomes another. Which place is
/// the first whose logits change, in a right translator?
double first_place_of_the_right_one();

/// The same of a translator whose target is not shifted.
double first_place_without_the_shift();

/// The same of one whose causal mask is transposed.
double first_place_with_the_mask_transposed();

/// The variance of the scores of random queries and keys with 36 columns, where the scale is
/// forgotten. The elements have variance 1. (Your number may be off by a tenth.)
double variance_without_the_scale();

/// Without positions, two words of the source change places. How far do the logits of a target
/// move, rounding aside?
double move_without_positions();

/// The right translator begins to learn with an embedding table of zeros, for once, and a
/// vocabulary of 261 tokens. Its loss at step 1?
double loss_of_a_table_of_zeros();

}  // namespace transformer
