// Who takes part in the race, whatever the model is.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "chapters/06_decoder/greedy.hpp"
#include "chapters/06_decoder/translation_batch.hpp"
#include "chapters/07_training_loop/trainer.hpp"

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

/// A kind of model, of any width.
struct Contender {
  std::string name;
  std::unique_ptr<Racer> (*make)(Index d_model, Index n_vocabulary, std::uint64_t seed);
};

/// RNN, LSTM, LSTM with additive attention and with the dot product, and last the Transformer.
const std::vector<Contender>& contenders();

}  // namespace transformer
