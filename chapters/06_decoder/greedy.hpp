// Translating word by word: always the most likely next token.
#pragma once

#include <vector>

#include "chapters/06_decoder/growing_translations.hpp"
#include "src/data/vocabulary.hpp"

namespace transformer {

/// A sentence that the model wrote, without its marks of beginning and end.
struct Translation {
  std::vector<TokenId> tokens;
  double log_probability = 0.0;  ///< Of the tokens and the end mark together.
  bool complete = false;         ///< False where the length limit cut it off.
};

/// Which ids mark a sentence's beginning and end.
struct SentenceMarks {
  TokenId begin = Vocabulary::sentence_begin;
  TokenId end = Vocabulary::sentence_end;
};

/// Writes every sequence to its end mark or its limit.
std::vector<Translation> greedy_decode(GrowingSequences& growing, Threads& threads,
                                       SentenceMarks marks = {});
/// Translates every sentence of `source` (each ends with marks.end).
std::vector<Translation> greedy_decode(const Transformer& model, Tape& tape,
                                       const PackedSentences& source, SentenceMarks marks = {});

}  // namespace transformer
