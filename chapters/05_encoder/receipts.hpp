// The gradient of layer normalization by its formula, and beside two witnesses.
#pragma once

#include <filesystem>

namespace transformer {

/// Prints the three terms of the gradient for one row.
void show_three_terms();

/// Prints the gradients of the reference's layer norm by the tape, by numeric differences and by
/// PyTorch.
void show_receipts(const std::filesystem::path& reference);

}  // namespace transformer
