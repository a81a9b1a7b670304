// Comparison of computed numbers with expected ones.
#pragma once

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <span>

#include "src/tensor/tensor.hpp"

namespace transformer::test {

/// True where |actual - expected| <= tolerance * (1 + |expected|) everywhere; else says which
/// element differs most.
template <class A, class E>
boost::test_tools::predicate_result close(const A& actual, const E& expected, double tolerance) {
  boost::test_tools::predicate_result result(true);
  if (std::size(actual) != std::size(expected)) {
    result = false;
    result.message() << "sizes differ: " << std::size(actual) << " and " << std::size(expected);
    return result;
  }
  double worst = 0;
  size_t where = 0;
  for (size_t i = 0; i < std::size(actual); ++i) {
    const double a = actual.data()[i], e = expected.data()[i];
    const double difference = std::abs(a - e) / (1 + std::abs(e));
    if (!(difference <= worst)) worst = difference, where = i;
    if (std::isnan(difference)) break;
  }
  if (!(worst <= tolerance)) {
    result = false;
    result.message() << "element " << where << " is " << actual.data()[where] << ", expected "
                     << expected.data()[where] << " (difference " << worst << ", tolerance "
                     << tolerance << ")";
  }
  return result;
}

/// As above for a view, row by row.
template <class T, class E>
boost::test_tools::predicate_result close(BasicMatrixView<T> actual, const E& expected,
                                          double tolerance) {
  return close(matrix_of<double>(actual), expected, tolerance);
}

}  // namespace transformer::test
