// How good the translations of held-out sentences are.
#pragma once

#include <string>
#include <vector>

#include "chapters/08_translation/bleu.hpp"
#include "chapters/08_translation/options.hpp"
#include "chapters/08_translation/trained_model.hpp"

namespace transformer {

struct Evaluation {
  std::vector<std::string> sources, translations, references;
  BleuScore bleu;
  double exact_match = 0.0;  ///< Percent of translations that are the reference to the letter.
};

/// Translates every line of the source file and compares with the target file, line by line. Throws
/// Error (bad_data) where the files have different numbers of lines.
Evaluation evaluate(const TrainedModel& trained, Tape& tape, const ParallelFiles& files,
                    const BeamConfig& beam);

/// Prints a few translations beside their references: some that are right and some that are not.
void print_examples(const Evaluation& evaluation, size_t n_examples);

/// `held-out: BLEU 97.3, exact match 95.1 % of 500`
std::string summary(const Evaluation& evaluation);

/// Draws, as SVG, where each word of a translation looks in the source: the cross-attention of the
/// last decoder layer, one panel a head.
std::string attention_picture(const TrainedModel& trained, Tape& tape, const std::string& source);

}  // namespace transformer
