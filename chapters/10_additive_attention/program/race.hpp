// Who takes part in the race, whatever the model is, and how a race is run.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "chapters/06_decoder/translation_batch.hpp"
#include "chapters/07_training_loop/trainer.hpp"
#include "chapters/10_additive_attention/program/course.hpp"

namespace transformer {

/// A model, its parameters and its training.
class Racer {
 public:
  virtual ~Racer() = default;
  /// One update.
  virtual void step(const TranslationBatch& batch) = 0;
  virtual std::vector<Translation> translate(const PackedSentences& source) = 0;
  virtual Index n_parameters() const = 0;
};

/// What is the same for all of a race. The others have as many parameters as the Transformer.
struct RaceRules {
  ModelConfig transformer;
  Index batch_tokens = 1024;
  Schedule of_transformer, of_recurrent;
};

/// A kind of model, of any width.
struct Contender {
  std::string name;
  std::unique_ptr<Racer> (*make)(const RaceRules& rules, Index d_model, Index n_vocabulary,
                                 std::uint64_t seed);
};

/// RNN, LSTM, LSTM with additive attention and with the dot product, and last the Transformer.
const std::vector<Contender>& contenders();

/// How long each learns: so many updates, or so many seconds of its processor.
struct RaceBudget {
  std::int64_t n_updates = 0;
  double seconds = 0;
};

/// How good the lines that a model wrote are, in percent.
using Judge = double (*)(const std::vector<std::string>& written,
                         const std::vector<std::string>& references);

/// The sentences whose source has at most so many words, and more than the class before allows.
struct LengthClass {
  std::string name;
  Index n_most_words;
};

/// How a kind of model fared: the mean over all its runs at each of some checks.
struct RaceResult {
  std::string name;
  Index width = 0, n_parameters = 0;
  std::vector<double> updates, seconds, bleu;
  std::vector<double> by_length;  ///< What the judge says of each class at the end, if it has any.
  std::vector<double> last_bleu;  ///< At the end of each run.
};

/// Lets all contenders learn `n_seeds` times, on one thread, and says on standard error how each
/// run ended.
std::vector<RaceResult> run_race(const Course& course, const RaceRules& rules,
                                 const RaceBudget& budget, Index n_seeds, Judge judge,
                                 const std::vector<LengthClass>& classes);

}  // namespace transformer
