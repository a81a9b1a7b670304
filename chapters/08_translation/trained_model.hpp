// A model with its vocabulary: all that a run learned, as its checkpoint keeps it.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "chapters/06_decoder/transformer.hpp"
#include "src/data/tokenizer.hpp"
#include "src/data/vocabulary.hpp"
#include "src/io/checkpoint.hpp"
#include "src/run/run_directory.hpp"

namespace transformer {

/// Where a translator's run keeps what.
struct TranslatorPaths : RunPaths {
  /// `run` is the run's folder; or the file of one of its checkpoints, which is meant then, not the
  /// newest.
  explicit TranslatorPaths(const std::filesystem::path& run)
      : RunPaths(folder_of(run)),
        vocabulary(folder / "vocabulary.txt"),
        attention(folder / "attention.svg"),
        pairs(folder / "pairs") {
    if (folder != run) checkpoint = run;
  }

  std::filesystem::path vocabulary;  ///< For people; the checkpoint has it, too.
  std::filesystem::path attention;
  std::filesystem::path pairs;  ///< The folder of the texts that --pairs was cut into.

 private:
  static std::filesystem::path folder_of(const std::filesystem::path& run) {
    std::error_code ignored;
    if (!std::filesystem::is_regular_file(run, ignored)) return run;
    return run.has_parent_path() ? run.parent_path() : ".";
  }
};

/// Entries of a translator's checkpoint.
namespace entry {
inline const std::string longest_source = "longest-source";  // TrainedModel's
inline const std::string corpus_digest = "corpus-digest";    // of the training text
inline const std::string vocabulary_digest = "vocabulary-digest";
inline const std::string averaged = "averaged";  // of how many checkpoints it is the average
// Where the training stands: all that differs between checkpoints of one run, beside the numbers.
inline const std::string step = "step";
inline const std::string last_step = "last-step";  // with which it is to end
inline const std::string epoch = "epoch", batch = "batch";
inline const std::string best_bleu = "best-bleu", best_loss = "best-loss";
inline const std::string validations_since = "validations-since";
inline const std::string least_loss = "least-loss", idle_validations = "idle-validations";
inline const std::string validation_digest = "validation-digest";
inline const std::vector<std::string> position = {step,
                                                  last_step,
                                                  epoch,
                                                  batch,
                                                  best_bleu,
                                                  best_loss,
                                                  validations_since,
                                                  least_loss,
                                                  idle_validations,
                                                  validation_digest};
}  // namespace entry

/// The tokenizer of a checkpoint. Throws Error (bad_data) where it is none.
Tokenizer tokenizer_in(const Checkpoint& checkpoint);

/// Everything that a run learned or was made with. `Transformer` keeps views of the store, so this
/// does not move.
struct TrainedModel {
  TrainedModel(Vocabulary words, Tokenizer splitter, const ModelConfig& config, std::uint64_t seed);
  /// Reads a run's newest checkpoint, the vocabulary in it too; beside one of format version 1 the
  /// vocabulary is a file. Throws Error: no_input where there is no run, bad_data where the
  /// vocabulary is not the one that the checkpoint was trained with.
  explicit TrainedModel(const TranslatorPaths& run);
  /// The same of a checkpoint that was read already.
  TrainedModel(const TranslatorPaths& run, const Checkpoint& checkpoint);
  TrainedModel(const TrainedModel&) = delete;
  TrainedModel& operator=(const TrainedModel&) = delete;

  /// Takes the numbers of a checkpoint of this model. Throws Error (bad_data) as above, and as
  /// `Checkpoint::load_into` does.
  void load(const Checkpoint& checkpoint);
  /// What a checkpoint of this model keeps beside the numbers.
  Companions companions() const;

  Vocabulary vocabulary;
  Tokenizer tokenizer;
  Index longest_source = 0;  ///< Tokens of the longest sentence in training; 0 where unknown.
  ParameterStore store;
  Transformer model;
};

/// Token ids of a line as a reader types it (typed_line.hpp).
std::vector<TokenId> encode_line(const TrainedModel& trained, const std::string& line);

/// Token ids as a line of text.
std::string decode_line(const TrainedModel& trained, std::span<const TokenId> tokens);

}  // namespace transformer
