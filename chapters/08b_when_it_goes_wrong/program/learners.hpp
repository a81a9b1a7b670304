// The translators of this page: the right one and those with a mistake, each of which learns the
// same short sentences.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "chapters/08b_when_it_goes_wrong/small_translator.hpp"
#include "src/base/function_ref.hpp"

namespace transformer {

/// The pairs of the toy corpus with at most five words on the source's side.
struct ShortText {
  std::vector<SentencePair> training, held_out;
  Vocabulary vocabulary;  // of the training, with "<pad>"
};
const ShortText& short_text();

/// A translator that has learned.
struct Learner {
  std::unique_ptr<SmallTranslator> translator;
  std::vector<double> losses;  ///< (n_steps)
};

/// Who can be asked for, in the order of the page, the right one first.
std::vector<std::string> names_of_learners();

/// Lets those learn that have not yet, side by side on all processors, with progress on standard
/// error.
void learn(const std::vector<std::string>& names);
/// One of them; it learns first if need be.
const Learner& learner(const std::string& name);

/// Whose numbers one takes that errs only in writing; else nothing.
std::string teacher_of(const std::string& name);
/// One that has not learned yet.
std::unique_ptr<SmallTranslator> new_translator(const std::string& name);

/// Trains one on some pairs for so many steps, and gives their losses.
std::vector<double> learn_from(const std::vector<SentencePair>& pairs, SmallTranslator& translator,
                               std::int64_t n_steps,
                               FunctionRef<void(double loss, Index n_tokens)> after_step);

/// The mean loss of the last steps.
double last_loss(const Learner& learner);
/// Its mean loss on some pairs, without dropout.
double loss_on(const SmallTranslator& translator, const std::vector<SentencePair>& pairs);
/// What it writes for the sources of some pairs, in one batch, and how many of them are as the
/// targets, in percent.
std::vector<std::string> translations_of(const SmallTranslator& translator,
                                         const std::vector<SentencePair>& pairs);
double percent_right(const SmallTranslator& translator, const std::vector<SentencePair>& pairs);

}  // namespace transformer
