// A model with its vocabulary: what turns a line of text into a line of text.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "chapters/06_decoder/transformer.hpp"
#include "chapters/07_training_loop/checkpoint.hpp"
#include "chapters/08_translation/beam_search.hpp"
#include "src/io/run_directory.hpp"
#include "src/text/tokens.hpp"
#include "src/text/vocabulary.hpp"

namespace transformer {

/// Everything that a run learned or was made with. `Transformer` keeps views of the store, so this
/// does not move.
struct TrainedModel {
  TrainedModel(Vocabulary words, const ModelConfig& config, Splitting split, std::uint64_t seed);
  /// Reads a run's newest checkpoint, the vocabulary in it too; beside one of format version 1 the
  /// vocabulary is a file. Throws Error: no_input where there is no run, bad_data where the
  /// vocabulary is not the one that the checkpoint was trained with.
  explicit TrainedModel(const RunPaths& run);
  TrainedModel(const TrainedModel&) = delete;
  TrainedModel& operator=(const TrainedModel&) = delete;

  /// Takes the numbers of a checkpoint of this model. Throws Error (bad_data) as above, and as
  /// `Checkpoint::load_into` does.
  void load(const Checkpoint& checkpoint);
  /// What a checkpoint of this model keeps beside the numbers.
  Companions companions() const;

  Vocabulary vocabulary;
  Splitting splitting;
  ParameterStore store;
  Transformer model;

 private:
  TrainedModel(const RunPaths& run, const Checkpoint& checkpoint);
};

/// Token ids of a line as a reader types it. A word that the vocabulary does not have is tried in
/// lower case, and with its punctuation split off.
std::vector<TokenId> encode_line(const TrainedModel& trained, const std::string& line);

/// Token ids as a line of text.
std::string decode_line(const TrainedModel& trained, std::span<const TokenId> tokens);

/// Lines, and what messages call them: `name:first`, `name:first+1`, ...
struct NamedLines {
  std::span<const std::string> lines;
  std::string name;
  Index first = 1;
};

/// Translates lines of valid UTF-8: one line out for each line in, an empty one for a blank one. A
/// line with more tokens than the model has positions for is cut, with a warning.
std::vector<std::string> translate_lines(const TrainedModel& trained, Tape& tape,
                                         const NamedLines& named, const BeamConfig& beam);

}  // namespace transformer
