// Spot the bug: a product with the transposed of b, which has the right shape all the same.
//
// `exercise_product` should be c = a b. The version in transposed_factor.cpp gives a matrix of the
// right shape, and where b is symmetric even the right numbers. It comes from carrying weights from
// one framework to another: TensorFlow keeps a layer's matrix as (d_in, d_out), PyTorch as (d_out,
// d_in), and where d_in = d_out no shape tells that a transpose is missing
// (huggingface/transformers, issue 4514, asks where it is made up for).
#pragma once

#include "src/tensor/tensor.hpp"

namespace transformer {

/// c = a b: a is (m, k), b is (k, k), c is (m, k).
Matrix exercise_product(const Matrix& a, const Matrix& b);

}  // namespace transformer
