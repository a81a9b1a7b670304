// Write: a test that finds a decoder which sees what it must predict.
//
// A decoder is handed the words of a target and gives its logits: place i predicts word i, and may
// know the words before it and nothing else. Say of any such function whether it keeps to that, for
// every place. You cannot look inside; you can call it as often as you like.
#pragma once

#include <vector>

#include "src/base/function_ref.hpp"
#include "src/tensor/tensor.hpp"

namespace transformer {

/// The logits of each place, (n_words, n_vocabulary), for the words of a target.
using DecoderUnderTest = FunctionRef<Matrix(const std::vector<TokenId>& target)>;

/// Whether no place knows the word that it predicts, or one behind it. The target is a sentence to
/// try it with; the vocabulary has the tokens 0 to 9.
bool keeps_to_the_past(DecoderUnderTest logits_of, std::vector<TokenId> target);

}  // namespace transformer
