// Spot the bug: a token that stands twice in a sentence learns from one place only.
//
// `exercise_table_gradient` should give each row of the table the sum of the gradients of all
// places where its token stands. The version in duplicate_token.cpp is right for sentences without
// repetition. NumPy invites the mistake, since `table[tokens] += dy` counts a repeated index once;
// the library autograd made it and changed to `numpy.add.at` (HIPS/autograd, issue 39).
#pragma once

#include <span>

#include "src/tensor/tensor.hpp"

namespace transformer {

/// The gradient of the table, (n_vocabulary, d_model), where the gradient of what was looked up is
/// dy, (n_tokens, d_model). The lookup is y_i = sqrt(d_model) * row tokens[i] of the table.
Matrix exercise_table_gradient(std::span<const TokenId> tokens, const Matrix& dy,
                               Index n_vocabulary);

}  // namespace transformer
