// Why several heads, and where their gradients come from.
#pragma once

#include <filesystem>

#include "src/tensor/tensor.hpp"

namespace transformer {

/// Prints who did what to whom in two sentences, as one head sees it and as two do.
void show_why_heads();

/// Prints what the queries of each head learn of a change in the last column of x. w_qkv is that of
/// a SelfAttention.
void show_whole_word(ConstMatrixView x, ConstMatrixView w_qkv, Index n_heads);

/// Prints the shapes and the weights where one sequence attends to another.
void show_cross_attention();

/// Prints gradients of the reference's self-attention beside numeric differences and PyTorch's.
void show_receipts(const std::filesystem::path& reference);

}  // namespace transformer
