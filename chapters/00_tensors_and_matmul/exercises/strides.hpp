// Predict, then run: where a view of a view starts.
//
// m has 6 rows and 8 columns, and m(i, j) holds 10 i + j. The view is
//
//   part = m.rows(2, 5).columns(3, 7)
//
// Write what you expect into the functions of strides.cpp, before you run anything.
#pragma once

namespace transformer {

int predicted_start();      ///< How many numbers of m lie in memory before part(0, 0)?
int predicted_n_columns();  ///< How many columns has part?
int predicted_stride();     ///< How many numbers lie between part(0, 0) and part(1, 0)?
int predicted_number();     ///< What does part.rows(1, 3)(0, 2) hold?
int predicted_zeros();      ///< How many numbers of m are 0 after all of part was set to 0?

}  // namespace transformer
