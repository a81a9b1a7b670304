// How good the translations of held-out sentences are.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "chapters/08_translation/bleu.hpp"
#include "chapters/08_translation/translate_lines.hpp"
#include "src/data/parallel_corpus.hpp"

namespace transformer {

/// Sentences with a translation that somebody made of each.
struct HeldOutText {
  std::string name;  ///< Of the source file, for messages.
  std::vector<std::string> sources, references;
  bool is_quiet = false;  ///< Nothing is said of unknown words while it is translated.
  std::optional<BleuTokenizer> words = {};  ///< What BLEU counts; none: as the tokens suggest.
};

/// Throws Error: no_input; bad_data where the files have different numbers of lines, or none, or
/// are not UTF-8.
HeldOutText read_held_out(const ParallelFiles& files);

/// What the lines of a file look like after they went through tokens and back, where the model's
/// own translations do: so that spaces alone make no difference.
std::vector<std::string> comparable(std::vector<std::string> lines, const Tokenizer& tokenizer);

struct Evaluation {
  std::vector<std::string> sources, translations, references;
  BleuScore bleu;
  double exact_match = 0.0;  ///< Percent of translations that are the reference to the letter.
};

/// Translates every sentence and compares with its reference.
Evaluation evaluate(const Ensemble& ensemble, TranslationTapes& tapes, HeldOutText text,
                    const BeamConfig& beam);

/// Prints a few translations beside their references: some that are right and some that are not.
void print_examples(const Evaluation& evaluation, size_t n_examples);

/// `held-out: BLEU 97.3 (nrefs:1|case:mixed|...), exact match 95.1 % of 500`
std::string summary(const Evaluation& evaluation);
/// What else BLEU and chrF say: precisions, brevity penalty and words; chrF2 with its signature.
std::string details(const Evaluation& evaluation);

/// What makes the figures doubtful, and why: hardly any different translations, lines without a
/// source or a reference, or a BLEU of 0 although some are right. Nothing where nothing does.
std::string doubts(const Evaluation& evaluation);

}  // namespace transformer
