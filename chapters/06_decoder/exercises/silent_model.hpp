// Spot the bug: well trained, and silent.
//
// `exercise_translate` lets the chapter's small model write token after token, always the most
// likely one next. The model was trained as it should be, and still not a letter comes out. Some
// libraries train and decode as silent_model.cpp decodes; then it is right. Mixed, it is not, and a
// copy task that many have learned from had a mix of its own (harvardnlp/annotated-transformer,
// issue 127).
#pragma once

#include <vector>

#include "chapters/06_decoder/greedy.hpp"

namespace transformer {

/// Translates the one sentence of `source`, at most up to `length_limit`; without <s> and </s>.
std::vector<TokenId> exercise_translate(const Transformer& model, Tape& tape,
                                        const PackedSentences& source, SentenceMarks marks);

}  // namespace transformer
