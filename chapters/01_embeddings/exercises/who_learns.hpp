// Predict, then run: which rows of the table learn, and how much?
//
// The table has 10 rows and 16 columns; the sentence is 3 5 3 7 3. The derivative of the loss by
// each number of the first vector is 1, of the second 2, and so on to 5. Write what you expect into
// the functions of who_learns.cpp, before you run anything.
#pragma once

namespace transformer {

double predicted_largest();  ///< The largest number of the table's gradient.
double predicted_row_5();    ///< The number in row 5, column 0 of that gradient.
int predicted_rows();        ///< How many rows of the table have a gradient that is not 0?
/// The length of a vector, divided by that of a row of the positional encoding, if the row of the
/// table has the length 1. The encoding has the length sqrt(d_model / 2).
double predicted_ratio();

}  // namespace transformer
