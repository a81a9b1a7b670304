// Predict, then run: what do heads share?
//
// Self-attention with d_model = 64. With a single head it has 16384 parameters, 4 times 64
// times 64. Write down what you expect with 8 heads, as the return values of four functions in
// predict_heads.cpp.
#pragma once

namespace transformer {

/// How many parameters it has with 8 heads.
double predicted_parameters_with_8_heads();

/// How many maps of weights, one row for each query and one column for each key, 8 heads make for
/// a batch of 3 sentences.
double predicted_maps();

/// The number of q's first column that belongs to head 2; heads and columns count from 0.
double predicted_first_column_of_head_2();

/// Add 1 to the last of the 64 numbers of a word: how many of the 8 columns of head 0's query for
/// that word change?
double predicted_changed_columns_of_head_0();

}  // namespace transformer
