// Spot the bug: the loss is wonderful, and the translations are nonsense.
//
// In training the decoder reads what `exercise_decoder_input` gives, and has to predict the words
// of `target` and then marks.end, one at each position. With the version in wonderful_loss.cpp the
// causal mask is right, the loss is almost 0 after a few hundred steps, and the model cannot
// translate a word. MONAI trained its transformers so (Project-MONAI/GenerativeModels, issue 314).
#pragma once

#include <span>
#include <vector>

#include "chapters/06_decoder/greedy.hpp"

namespace transformer {

/// What the decoder reads, as many tokens as it has to predict.
std::vector<TokenId> exercise_decoder_input(std::span<const TokenId> target, SentenceMarks marks);

}  // namespace transformer
