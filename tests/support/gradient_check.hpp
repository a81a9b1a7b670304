// Checks gradients against numeric differences.
#pragma once

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <stdexcept>
#include <utility>
#include <vector>

#include "src/book/numeric_gradient.hpp"
#include "src/tensor/tensor.hpp"

namespace transformer::test {

/// The arguments of an oracle, in double precision.
using DoubleMatrices = std::vector<MatrixOf<double>>;

struct GradientCheck {
  double step = 1e-5;       ///< Each element is moved by this much, up and down.
  double tolerance = 1e-4;  ///< Of |analytic - numeric| / (1 + |numeric|).
};

/// True where `gradients[k]`, computed in float, is the gradient of `loss` with respect to
/// `inputs[k]`, for every k and element. `loss` is the oracle: the plain formula, in double, from
/// `const DoubleMatrices&` to a number. Else says which element differs most, and both values.
/// A gradient that is empty is not compared. Throws std::invalid_argument where one has another
/// shape than its input.
template <class Loss>
boost::test_tools::predicate_result check_gradient(const Loss& loss, DoubleMatrices inputs,
                                                   const std::vector<ConstMatrixView>& gradients,
                                                   GradientCheck check = {}) {
  boost::test_tools::predicate_result result(true);
  double worst = check.tolerance;
  if (gradients.size() != inputs.size()) throw std::invalid_argument("one gradient per input");
  for (size_t k = 0; k < inputs.size(); ++k) {
    const auto x = view_of(inputs[k]);
    if (gradients[k].empty()) continue;
    if (!same_shape(x, gradients[k])) throw std::invalid_argument("gradient of another shape");
    for (Index e = 0; e < x.size(); ++e) {
      const Index i = e / x.n_columns, j = e % x.n_columns;
      const double numeric = numeric_derivative([&] { return loss(inputs); }, x(i, j), check.step);
      const double analytic = gradients[k](i, j);
      const double difference = std::abs(analytic - numeric) / (1 + std::abs(numeric));
      if (difference <= worst || std::isnan(worst)) continue;
      worst = difference;  // the largest so far, or not a number
      result = boost::test_tools::predicate_result(false);
      result.message() << "input " << k << ", element (" << i << ", " << j << "): analytic "
                       << analytic << ", numeric " << numeric << " (difference " << difference
                       << ", tolerance " << check.tolerance << ")";
    }
  }
  return result;
}

/// As above for a function of one matrix.
template <class Loss>
boost::test_tools::predicate_result check_gradient(const Loss& loss, MatrixOf<double> input,
                                                   ConstMatrixView gradient,
                                                   GradientCheck check = {}) {
  return check_gradient([&](const DoubleMatrices& inputs) { return loss(inputs[0]); },
                        DoubleMatrices{std::move(input)}, {gradient}, check);
}

}  // namespace transformer::test
