// Translating with several hypotheses at once (section 6.1: beam size 4, length penalty 0.6).
#pragma once

#include <vector>

#include "chapters/06_decoder/greedy.hpp"

namespace transformer {

/// By what a log probability is divided, for a length that counts the end mark.
enum class LengthPenalty {
  paper,   ///< ((5 + length) / 6)^alpha (Wu et al. 2016, equation 14).
  fairseq  ///< length^alpha, as fairseq and CTranslate2 have it.
};

struct BeamConfig {
  Index size = 4;
  /// alpha, by which finished hypotheses are ranked. 0 favours short translations.
  double length_penalty = 0.6;
  LengthPenalty penalty_form = LengthPenalty::paper;
  Index n_best = 1;  ///< How many translations of a sentence are wanted; at most `size`.
};

/// A translation, and how the search ranks it.
struct RankedTranslation : Translation {
  double score = 0.0;  ///< Its log probability, divided as above.
};

/// Writes every sequence with a beam of hypotheses, all of all sequences in one batch: n_best
/// translations of each, the best first. Where fewer ended, the best of those follow that the limit
/// cut off; fewer than n_best only where no more tokens have a probability. `growing` has room for
/// beam.size rows of each. A beam of 1 is greedy decoding.
std::vector<std::vector<RankedTranslation>> beam_search_n_best(GrowingSequences& growing,
                                                               Threads& threads,
                                                               const BeamConfig& beam,
                                                               SentenceMarks marks = {});
/// The best alone.
std::vector<Translation> beam_search(GrowingSequences& growing, Threads& threads,
                                     const BeamConfig& beam, SentenceMarks marks = {});
/// Translates every sentence of `source`, each of which ends with marks.end.
std::vector<Translation> beam_search(const Transformer& model, Tape& tape,
                                     const PackedSentences& source, const BeamConfig& beam,
                                     SentenceMarks marks = {});

}  // namespace transformer
