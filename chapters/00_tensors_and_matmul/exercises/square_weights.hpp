// Spot the bug: a product that is right for some matrices only.
//
// `exercise_product` should be c = a b. What square_weights.cpp gives has the right shape, and for
// some b even the right numbers, so it went unnoticed for a while.
#pragma once

#include "src/tensor/tensor.hpp"

namespace transformer {

/// c = a b: a is (m, k), b is (k, k), c is (m, k).
Matrix exercise_product(const Matrix& a, const Matrix& b);

}  // namespace transformer
