// Checks layer_norm against the kernel that the chapter uses.
#include <cmath>
#include <vector>

#include "chapters/05_encoder/exercises/layer_norm.hpp"
#include "src/book/examples.hpp"
#include "src/book/exercise.hpp"
#include "src/kernels/kernels.hpp"

namespace transformer {
namespace {

Matrix right(const Matrix& x, const Matrix& gain, const Matrix& bias) {
  Matrix y = x;
  std::vector<float> mean(x.shape(0)), reciprocal_deviation(x.shape(0));
  layer_norm_forward(view_of(x), {view_of(gain), view_of(bias), 1e-5f}, view_of(y),
                     {mean, reciprocal_deviation});
  return y;
}

/// Each column instead of each row.
Matrix by_columns(const Matrix& x, const Matrix& gain, const Matrix& bias) {
  const Matrix turned = xt::transpose(x);
  const auto n = static_cast<Index>(x.shape(0));
  Matrix ones = zeros(1, n);
  ones.fill(1.0f);
  const Matrix y = right(turned, ones, zeros(1, n));
  return xt::transpose(y) * gain + bias;
}

/// Divided by the variance.
Matrix by_variance(const Matrix& x, const Matrix& gain, const Matrix& bias) {
  Matrix y = x;
  for (size_t i = 0; i < x.shape(0); ++i) {
    const auto row = xt::row(x, static_cast<int>(i));
    const double mean = xt::mean(row)(), variance = xt::mean(xt::square(row - mean))();
    for (size_t c = 0; c < x.shape(1); ++c) {
      y(i, c) = static_cast<float>(gain(0, c) * (x(i, c) - mean) / (variance + 1e-5) + bias(0, c));
    }
  }
  return y;
}

void compare(Exercise& exercise, const char* what, const Matrix& x, const Matrix& gain,
             const Matrix& bias) {
  const Matrix actual = exercise_layer_norm(x, gain, bias), expected = right(x, gain, bias);
  const Matrix columns = by_columns(x, gain, bias), variance = by_variance(x, gain, bias);
  const Matrix bias_first = expected - bias + gain * bias;
  exercise.expect(
      what, view_of(actual), view_of(expected),
      {{view_of(x), "nothing has happened to x yet"},
       {view_of(columns), "mean and deviation are of one word: along a row, not down a column"},
       {view_of(variance), "the deviation is the root of the variance"},
       {view_of(bias_first), "the bias comes after the gain, and is not scaled by it"}},
      "which of mean, deviation, gain and bias does [1, 0, 0, 0] tell apart?", 1e-4);
}

}  // namespace
}  // namespace transformer

int main() {
  using namespace transformer;
  Exercise exercise("layer_norm");
  const Matrix ones = {{1, 1, 1, 1}}, nothing = zeros(1, 4);
  compare(exercise, "gain 1, bias 0", Matrix{{1, 0, 0, 0}, {0, 2, 2, 4}}, ones, nothing);
  compare(exercise, "gain and bias of each column", normal_matrix(3, 4, 1), normal_matrix(1, 4, 2),
          normal_matrix(1, 4, 3));
  compare(exercise, "rows that are nearly constant", Matrix{{7, 7, 7, 7}, {5.001f, 5, 5, 5}}, ones,
          nothing);
  return exercise.finish();
}
