// Spot the bug: well trained, and sometimes wrong.
//
// `exercise_translate` lets the chapter's small model write word after word, always the most likely
// token next. The model was trained as it should be. With the version in first_letter.cpp many
// words come out right, and some do not. A copy task that many have learned from has the same
// mistake: "sometimes" the first number is wrong (harvardnlp/annotated-transformer, issue 127).
#pragma once

#include <vector>

#include "chapters/06_decoder/greedy.hpp"

namespace transformer {

/// Translates the one sentence of `source`, at most up to `length_limit`; without <s> and </s>.
std::vector<TokenId> exercise_translate(const Transformer& model, Tape& tape,
                                        const PackedSentences& source, SentenceMarks marks);

}  // namespace transformer
