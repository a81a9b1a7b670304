// Why several heads, and where their gradients come from.
#pragma once

#include <filesystem>

#include "src/tensor/tensor.hpp"

namespace transformer {

/// Prints who did what to whom in two sentences, as one head sees it and as two do.
void show_why_heads();

/// Prints the shapes and the weights where one sequence attends to another.
void show_cross_attention();

/// Prints gradients of the reference's self-attention beside numeric differences and PyTorch's.
void show_receipts(const std::filesystem::path& reference);

}  // namespace transformer
