#include "src/book/examples.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include "src/base/error.hpp"
#include "src/base/philox.hpp"
#include "src/tensor/shapes.hpp"

namespace transformer {

Matrix normal_matrix(Index n_rows, Index n_columns, std::uint64_t seed, double variance) {
  Matrix matrix = zeros(n_rows, n_columns);
  const RandomKey key{seed};
  const auto uniform = [](std::uint32_t word) { return (word + 0.5) * 0x1p-32; };  // in (0, 1)
  for (std::uint64_t i = 0; i < matrix.size(); ++i) {
    // Box and Muller (1958): a random radius and a random angle.
    const PhiloxWords words = key.block(i);
    const double radius = std::sqrt(-2.0 * variance * std::log(uniform(words[0])));
    const double angle = 2.0 * std::numbers::pi * uniform(words[1]);
    matrix.data()[i] = static_cast<float>(radius * std::cos(angle));
  }
  return matrix;
}

double largest_difference(ConstMatrixView a, ConstMatrixView b) {
  require_same_shape("largest_difference", "a", a.shape(), "b", b.shape());
  double largest = 0;
  for (Index i = 0; i < a.n_rows; ++i) {
    for (Index j = 0; j < a.n_columns; ++j) {
      const double difference = std::abs(static_cast<double>(a(i, j)) - b(i, j));
      if (!std::isfinite(difference)) return std::numeric_limits<double>::infinity();
      largest = std::max(largest, difference);
    }
  }
  return largest;
}

double inner_product(ConstMatrixView a, ConstMatrixView b) {
  require_same_shape("inner_product", "a", a.shape(), "b", b.shape());
  double sum = 0;
  for (Index i = 0; i < a.n_rows; ++i) {
    for (Index j = 0; j < a.n_columns; ++j) sum += static_cast<double>(a(i, j)) * b(i, j);
  }
  return sum;
}

double norm_of(ConstMatrixView x) { return std::sqrt(inner_product(x, x)); }

std::string power_text(double number) { return number == 0 ? "0" : fmt::format("{:.1e}", number); }

}  // namespace transformer
