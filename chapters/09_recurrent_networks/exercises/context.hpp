// Write: the context vectors of a bidirectional encoder.
//
// Both layers have read all sentences of a packed batch. Their states stand where the words stand:
// row i of each is what that layer said when it read word i. (So the backwards layer wrote its rows
// from each sentence's last to its first.) The decoder gets one vector of each sentence.
#pragma once

#include <vector>

#include "src/tensor/tensor.hpp"

namespace transformer {

/// One row for each sentence, (n_sentences, 2 d): what the forwards layer said last, and beside it
/// what the backwards layer said last. The states are (n_words, d) each; sentence s is rows
/// [offsets[s], offsets[s + 1]).
Matrix exercise_context(const Matrix& forwards, const Matrix& backwards,
                        const std::vector<Index>& offsets);

}  // namespace transformer
