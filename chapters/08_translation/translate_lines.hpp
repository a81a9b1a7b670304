// Lines of text in, lines of text out.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "chapters/08_translation/beam_search.hpp"
#include "chapters/08_translation/ensemble.hpp"
#include "chapters/08_translation/translation_tapes.hpp"

namespace transformer {

/// Lines, and what messages call them: `name:first`, `name:first+1`, ...
struct NamedLines {
  std::span<const std::string> lines;
  std::string name;
  Index first = 1;
  bool is_quiet = false;  ///< Nothing is said of them.
};

/// One translation of a line, the tokens that it was joined from, and how beam search ranks it.
struct RankedLine {
  std::string text;
  std::vector<TokenId> tokens = {};
  double score = 0.0, log_probability = 0.0;
};

/// Translates as below: beam.n_best translations of each line, the best first.
std::vector<std::vector<RankedLine>> translate_lines_n_best(const Ensemble& ensemble,
                                                            TranslationTapes& tapes,
                                                            const NamedLines& named,
                                                            const BeamConfig& beam);

/// Translates lines of valid UTF-8: one line out for each line in, an empty one for a blank one. A
/// line with more tokens than the model has positions for is cut, with a warning. Standard error
/// says which words and marks the vocabulary does not have, and which sentences are longer than any
/// in training.
std::vector<std::string> translate_lines(const Ensemble& ensemble, TranslationTapes& tapes,
                                         const NamedLines& named, const BeamConfig& beam);

}  // namespace transformer
