// Spot the bug: the gradient of an embedding table.
//
// `exercise_table_gradient` should be the gradient of the whole lookup. What table_gradient.cpp
// gives is right for many sentences, and a model trains with it; only some words learn slowly.
#pragma once

#include <span>

#include "src/tensor/tensor.hpp"

namespace transformer {

/// The gradient of the table, (n_vocabulary, d_model), where the gradient of what was looked up is
/// dy, (n_tokens, d_model). The lookup is y_i = sqrt(d_model) * row tokens[i] of the table.
Matrix exercise_table_gradient(std::span<const TokenId> tokens, const Matrix& dy,
                               Index n_vocabulary);

}  // namespace transformer
