// Checks square_weights against the chapter's product.
#include "chapters/00_tensors_and_matmul/exercises/square_weights.hpp"
#include "chapters/00_tensors_and_matmul/naive_matmul.hpp"
#include "src/book/examples.hpp"
#include "src/book/exercise.hpp"

namespace transformer {
namespace {

Matrix product(const Matrix& a, const Matrix& b) {
  Matrix c = zeros(static_cast<Index>(a.shape(0)), static_cast<Index>(b.shape(1)));
  naive_matmul(view_of(a), view_of(b), view_of(c));
  return c;
}

/// The last term of each sum alone.
Matrix last_terms(const Matrix& a, const Matrix& b) {
  const size_t last = a.shape(1) - 1;
  Matrix c = zeros(static_cast<Index>(a.shape(0)), static_cast<Index>(b.shape(1)));
  for (size_t i = 0; i < c.shape(0); ++i) {
    for (size_t j = 0; j < c.shape(1); ++j) c(i, j) = a(i, last) * b(last, j);
  }
  return c;
}

void compare(Exercise& exercise, std::string_view what, const Matrix& a, const Matrix& b) {
  const Matrix expected = product(a, b), actual = exercise_product(a, b);
  const Matrix terms = last_terms(a, b), other = product(a, Matrix(xt::transpose(b)));
  const Matrix mean = (expected + other) / 2.0f, doubled = expected + other;
  exercise.expect(
      what, view_of(actual), view_of(expected),
      {{view_of(terms), "each c_ij is a sum, and this is its last term alone"},
       {view_of(other), "which index of b should move with l?"},
       {view_of(mean), "b and its transposed are both in it: only one belongs there"},
       {view_of(doubled), "b and its transposed are both in it: only one belongs there"}},
      "c_ij needs row i of a and column j of b");
}

}  // namespace
}  // namespace transformer

int main() {
  using namespace transformer;
  const Matrix a = normal_matrix(3, 4, 1), b = normal_matrix(4, 4, 2);
  const Matrix symmetric = b + xt::transpose(b);
  Exercise exercise("square_weights");
  compare(exercise, "product with a symmetric b", a, symmetric);
  compare(exercise, "product with any b", a, b);
  return exercise.finish();
}
