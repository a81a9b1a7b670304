// Spot the bug: the decoder is shown what it must predict.
//
// In training the decoder reads the translation shifted right by one position (section 3.1), so
// that at each place it has seen all words before, and has to predict the next. In shift_right.cpp
// the causal mask may be as right as it likes: a token may see itself, and the loss soon is zero,
// and the model translates nothing. MONAI trained its transformers so
// (Project-MONAI/GenerativeModels, issue 314: "to predict token N, given tokens 0-N inclusive").
#pragma once

#include <span>
#include <vector>

#include "chapters/06_decoder/greedy.hpp"

namespace transformer {

/// What the decoder reads while it has to predict `target` and then marks.end: as many tokens.
std::vector<TokenId> exercise_decoder_input(std::span<const TokenId> target, SentenceMarks marks);

}  // namespace transformer
