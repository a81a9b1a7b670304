// Spot the bug: numbers that grow from layer to layer.
//
// `exercise_stack` should be the paper's: sub-layer after sub-layer, and around each what section
// 3.1 says, without dropout, gain and bias. The version in growing_numbers.cpp learns, and some
// programs that say they follow the paper have it so; but the deeper the stack, the larger are the
// numbers that come out.
#pragma once

#include <functional>
#include <vector>

#include "src/tensor/tensor.hpp"

namespace transformer {

/// Takes and gives (n_tokens, d_model).
using Step = std::function<Matrix(const Matrix&)>;

/// What the stack makes of x, (n_tokens, d_model). `normalized` is the layer norm.
Matrix exercise_stack(Matrix x, const std::vector<Step>& sublayers, const Step& normalized);

}  // namespace transformer
