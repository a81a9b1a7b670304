// Words to be learned from, and models that write what a task makes of them.
#pragma once

#include <string>

#include "chapters/07_training_loop/trainer.hpp"
#include "chapters/09_recurrent_networks/sequence_to_sequence.hpp"

namespace transformer {

enum class WordTask {
  copying,
  reversing,
  counting  ///< Of one letter: all letters before it, down to a.
};

struct WordSizes {
  Index n_pairs;
  std::uint32_t shortest, longest;
};

/// Random words and what the task makes of them; the same for the same number.
TranslationBatch task_batch(WordTask task, const WordSizes& sizes, std::uint32_t number);

inline constexpr Index n_word_letters = 8;
/// Every letter once, as a word of its own, and what the task makes of it.
TranslationBatch batch_of_letters(WordTask task);

/// Tokens as letters; marks are left out.
std::string letters(std::span<const TokenId> tokens);
/// The source and the target of a pair, as letters.
std::string source_word(const TranslationBatch& batch, Index s);
std::string target_word(const TranslationBatch& batch, Index s);

/// A sequence-to-sequence model and its training.
class Writer {
 public:
  explicit Writer(const RecurrentConfig& config, std::uint64_t seed = 1);

  /// One training step; gives the loss.
  double step(const TranslationBatch& batch);
  /// With the right letters before each: where the next one was right, token by token.
  std::vector<bool> foretold(const TranslationBatch& batch);
  /// What it writes for each source, greedily.
  std::vector<std::string> write(const PackedSentences& source);

 private:
  ParameterStore store_;
  SequenceToSequence model_;
  Trainer trainer_;
};

/// The share of letters that stand at the right place, in percent.
double percent_right(const std::vector<std::string>& written, const TranslationBatch& expected);

}  // namespace transformer
