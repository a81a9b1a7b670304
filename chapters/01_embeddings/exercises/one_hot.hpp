// Write: the gradient of the lookup.
//
// To look up tokens is to multiply by a matrix of zeros and ones, y = sqrt(d_model) * onehot *
// table, where row i of onehot (n_tokens, n_vocabulary) has its 1 in column tokens[i]. So the
// gradient is dtable = sqrt(d_model) * onehot^T dy. `exercise_table_gradient` should compute it
// without ever making onehot: visit each token, and do for its row what the product would.
#pragma once

#include <span>

#include "src/tensor/tensor.hpp"

namespace transformer {

/// The gradient of the table, (n_vocabulary, d_model), where the gradient of what was looked up is
/// dy, (n_tokens, d_model). The lookup is y_i = sqrt(d_model) * row tokens[i] of the table.
Matrix exercise_table_gradient(std::span<const TokenId> tokens, const Matrix& dy,
                               Index n_vocabulary);

}  // namespace transformer
