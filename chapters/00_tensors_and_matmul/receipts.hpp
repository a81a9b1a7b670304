// The gradients of a linear layer, each found in three ways.
#pragma once

#include <filesystem>

namespace transformer {

/// Prints gradients of sum(relu(x w + b) * dy) as the tape finds them, as numeric differences of
/// the formula in double precision, and as PyTorch's values in the file of references; and how far
/// the three are apart over all elements.
void show_receipts(const std::filesystem::path& reference);

}  // namespace transformer
