// What the command line may say, and what holds where it says nothing.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "chapters/05_encoder/encoder.hpp"
#include "chapters/07_training_loop/checkpoint.hpp"
#include "chapters/07_training_loop/trainer.hpp"
#include "chapters/08_translation/beam_search.hpp"
#include "src/text/tokens.hpp"

namespace CLI {
class App;
}

namespace transformer {

/// Two line-aligned files: line i of one translates line i of the other.
struct ParallelFiles {
  std::filesystem::path source;
  std::filesystem::path target;

  bool given() const { return !source.empty() && !target.empty(); }
};

struct TrainOptions {
  ParallelFiles training, validation, held_out;
  std::filesystem::path run;
  ModelConfig model{.d_model = 64, .d_ff = 256, .n_heads = 4, .n_layers = 2, .n_positions = 128};
  TrainingConfig training_config{.optimizer = {.warmup_steps = 400}};
  std::optional<Splitting> splitting;  ///< None: punctuation; spaces for the toy corpus.
  Index vocabulary_size = 10000;
  Index minimum_count = 1;
  Index batch_tokens = 1024;
  std::int64_t n_updates = 0;  ///< 0: as many as n_epochs make.
  Index n_epochs = 0;          ///< 0: as many as n_updates make.
  std::int64_t save_every = 500;
  BeamConfig beam{.size = 1, .length_penalty = 0.6};
  int n_threads = 0;
  bool resume = false;
  bool overwrite = false;
};

struct TranslateOptions {
  std::filesystem::path run;
  std::vector<std::string> sentences;  ///< Empty: every line of standard input.
  std::filesystem::path trace;  ///< Where to write the steps of the first sentence, or empty.
  BeamConfig beam;
  int n_threads = 0;
};

struct EvaluateOptions {
  std::filesystem::path run;
  ParallelFiles held_out;
  BeamConfig beam;
  int n_threads = 0;
};

/// Declares the flags of each subcommand; the options are filled when the command line is parsed.
void add_train_flags(CLI::App& command, TrainOptions& options);
void add_translate_flags(CLI::App& command, TranslateOptions& options);
void add_evaluate_flags(CLI::App& command, EvaluateOptions& options);

/// The toy corpus, its run folder and its settings, where no --source was given; and checks that
/// the flags fit together. Throws Error (usage).
void complete(TrainOptions& options);
/// The run of the toy corpus, and its held-out pairs, where none was given.
void complete(EvaluateOptions& options);

/// Every setting that shapes a training run, under the name of its flag: what a checkpoint records,
/// and what must not change when the run is resumed.
Metadata describe(const TrainOptions& options);

/// `spaces` or `punctuation`, as on the command line; nothing for another word.
std::optional<Splitting> splitting_named(const std::string& name);

}  // namespace transformer
