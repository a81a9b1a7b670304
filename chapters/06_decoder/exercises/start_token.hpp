// Spot the bug: a translation that starts with the wrong token.
//
// `exercise_translate` writes word after word, always the most likely one. The version in
// start_token.cpp starts with token 0, though in training the decoder always read <s> first. Many
// words come out right all the same, and some do not. The copy task of the Annotated Transformer is
// trained with 1 at the beginning and decoded with 0, the padding, and "sometimes" its first number
// is wrong (harvardnlp/annotated-transformer, issue 127).
#pragma once

#include <vector>

#include "chapters/06_decoder/greedy.hpp"

namespace transformer {

/// Translates the one sentence of `source`, at most up to `length_limit`; without <s> and </s>.
std::vector<TokenId> exercise_translate(const Transformer& model, Tape& tape,
                                        const PackedSentences& source, SentenceMarks marks);

}  // namespace transformer
