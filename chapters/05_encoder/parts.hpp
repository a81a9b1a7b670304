// The parts of a layer, shown one by one on a few numbers.
#pragma once

#include <filesystem>

#include "src/tensor/tensor.hpp"

namespace transformer {

/// What the layers' norm makes of x (n, d_model), with gain 1 and bias 0: LayerNorm(x + 0).
Matrix normalised(const Matrix& x);

/// Prints the norm of [1, 0, 0, 0], with the right variance and with a wrong one.
void show_layer_norm();

/// Prints what the epsilon does to small inputs, inside the root and outside.
void show_epsilon();

/// Prints what a residual connection makes of a sub-layer's output, and of the gradient.
void show_residual();

/// Prints a dropout mask on the way forward and on the way back, and draws it: dropout.svg.
void show_dropout(const std::filesystem::path& figures);

}  // namespace transformer
