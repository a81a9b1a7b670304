// Runs the experiment of strides and compares it with what was predicted.
#include "chapters/00_tensors_and_matmul/exercises/strides.hpp"

#include <algorithm>

#include "src/book/exercise.hpp"
#include "src/tensor/tensor.hpp"

int main() {
  using namespace transformer;
  Matrix m = zeros(6, 8);
  for (size_t i = 0; i < 6; ++i) {
    for (size_t j = 0; j < 8; ++j) m(i, j) = static_cast<float>(10 * i + j);
  }
  const MatrixView part = view_of(m).rows(2, 5).columns(3, 7);
  Exercise exercise("strides");
  exercise.expect("start of part", predicted_start(), static_cast<double>(part.data - m.data()),
                  {{11, "a row of m is eight numbers long, also where a view shows four of them"}},
                  "the numbers of whole rows before it, and of its own row before it");
  exercise.expect("columns of part", predicted_n_columns(), static_cast<double>(part.n_columns),
                  {{5, "columns(3, 7) is 3, 4, 5 and 6: the end is not in it"}},
                  "columns(begin, end) holds begin, and not end");
  exercise.expect("stride of part", predicted_stride(), static_cast<double>(part.stride),
                  {{4, "nothing was copied together: the next row is still a whole row of m away"}},
                  "how far is it in memory from one row of m to the next?");
  exercise.expect("part.rows(1, 3)(0, 2)", predicted_number(), part.rows(1, 3)(0, 2),
                  {{12, "that counts from m, not from part: row 1 of part is row 3 of m"},
                   {25, "that is in row 0 of part: rows(1, 3) begins with row 1"}},
                  "add the row and the column at which part begins");
  for (Index i = 0; i < part.n_rows; ++i) std::fill_n(part.row(i), part.n_columns, 0.0f);
  exercise.expect("zeros in m", predicted_zeros(),
                  static_cast<double>(std::count(m.begin(), m.end(), 0.0f)),
                  {{0, "a view shows the numbers of its owner: who writes to it changes m"},
                   {12, "and m(0, 0) is 0 from the beginning"}},
                  "the numbers of part, and what was 0 before");
  return exercise.finish();
}
