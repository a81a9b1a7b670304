// Checks transposed_factor against the chapter's product.
#include "chapters/00_tensors_and_matmul/exercises/transposed_factor.hpp"
#include "chapters/00_tensors_and_matmul/naive_matmul.hpp"
#include "src/book/examples.hpp"
#include "src/book/exercise.hpp"

int main() {
  using namespace transformer;
  const Matrix a = normal_matrix(3, 4, 1), b = normal_matrix(4, 4, 2);
  Matrix symmetric = zeros(4, 4), expected = zeros(3, 4);
  for (size_t i = 0; i < 4; ++i) {
    for (size_t j = 0; j < 4; ++j) symmetric(i, j) = b(i, j) + b(j, i);
  }

  Exercise exercise("transposed_factor");
  naive_matmul(view_of(a), view_of(symmetric), view_of(expected));
  Matrix product = exercise_product(a, symmetric);
  exercise.expect("product with a symmetric b", view_of(product), view_of(expected),
                  "c_ij is the sum of a_il b_lj over l");
  naive_matmul(view_of(a), view_of(b), view_of(expected));
  product = exercise_product(a, b);
  exercise.expect("product with any b", view_of(product), view_of(expected),
                  "c_ij needs row i of a and column j of b: which index of b should move with l?");
  return exercise.finish();
}
