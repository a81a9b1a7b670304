// What the command line may say, and what holds where it says nothing.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "chapters/05_encoder/model_config.hpp"
#include "chapters/08_translation/beam_search.hpp"
#include "chapters/08_translation/bleu.hpp"
#include "src/data/parallel_corpus.hpp"
#include "src/io/settings.hpp"
#include "src/run/training_loop.hpp"

namespace CLI {
class App;
}

namespace transformer {

/// What shapes a training beside the model's sizes.
struct TrainingSettings {
  Index batch_tokens = 1024;
  std::uint64_t seed = 1;
  std::int64_t warmup_steps = 400;
  float learning_rate_scale = 1.0f;
  float label_smoothing = 0.1f;  ///< epsilon_ls of section 5.4.
  float clip_norm = 0.0f;
  Index vocabulary_size = 10000;
  Index minimum_count = 1;
  float sample_pieces = 0.0f;     ///< alpha of `Tokenizer::sample`; 0: always the same pieces.
  float peak_rate = 0.0f;         ///< Of the inverse square root schedule; 0: the paper's schedule.
  Index n_batches = 1;            ///< Batches of a step, whose gradients are added.
  float r_drop = 0.0f;            ///< alpha of R-Drop; 0: one pass, without it.
  std::int64_t r_drop_after = 0;  ///< Steps in one pass before those in two.
};

/// What a flag for a number without a bound of its own takes at most.
inline constexpr double many = 1e9;

/// The list of them (src/io/settings.hpp).
template <class Visit>
void each_setting(TrainingSettings& training, Visit visit) {
  visit("batch-tokens", training.batch_tokens, 1, many,
        "Most target tokens in a batch, and most source tokens");
  visit("seed", training.seed, 0, 1e15, "Key of all random numbers");
  visit("warmup-steps", training.warmup_steps, 1, many, "Steps until the learning rate is highest");
  visit("learning-rate-scale", training.learning_rate_scale, 1e-9, 1e9,
        "Multiplies the learning rate");
  visit("label-smoothing", training.label_smoothing, 0, 0.99, "epsilon_ls");
  visit("clip-norm", training.clip_norm, 0, many, "Largest gradient norm; 0: no limit");
  visit("vocabulary-size", training.vocabulary_size, 4, 1e7, "Most tokens");
  visit("minimum-count", training.minimum_count, 1, many, "Rarer tokens are unknown");
  visit("sample-pieces", training.sample_pieces, 0, 1,
        "Cut the text into other pieces in each epoch. bpe: the share of merges that are left out; "
        "unigram: how much likelier ways to cut are preferred. 0: never");
  visit("peak-rate", training.peak_rate, 0, 1,
        "Highest learning rate, reached at the end of the warm-up, times --learning-rate-scale; 0: "
        "the paper's rate");
  visit("batches-per-step", training.n_batches, 1, 1024,
        "Batches whose gradients are added before an update");
  visit("r-drop", training.r_drop, 0, 100,
        "How much two passes with different dropout must agree (alpha of R-Drop); 0: one pass");
  visit("r-drop-after", training.r_drop_after, 0, many,
        "Steps before that in one pass: two that must agree learn slowly at first");
}

struct TrainOptions {
  ParallelFiles training, validation, held_out;
  std::filesystem::path pairs;  ///< Or one file with all of them, to be cut.
  bool is_toy = false;          ///< No text was named: it is the toy corpus.
  ModelConfig model{.d_model = 64, .d_ff = 256, .n_heads = 4, .n_layers = 2, .n_positions = 128};
  TrainingSettings settings;
  std::optional<Splitting> splitting;  ///< None: punctuation; spaces for the toy corpus.
  LoopOptions loop;
  Index validate_every = 0;    ///< Steps between validations; 0: once, at the end.
  Index patience = 0;          ///< Validations without a better BLEU or loss that end it; 0: never.
  std::int64_t n_updates = 0;  ///< 0: as many as n_epochs make.
  Index n_epochs = 0;          ///< 0: as many as n_updates make.
  std::int64_t cool_down = 0;  ///< Of n_updates the last ones, in which the rate falls to 0.
  BeamConfig beam{.size = 1};
  int n_threads = 0;
};

struct TranslateOptions {
  std::vector<std::filesystem::path> runs;  ///< Which translate together.
  std::vector<std::string> sentences;       ///< Empty: every line of standard input.
  std::filesystem::path trace;  ///< Where to write the steps of the first sentence, or empty.
  bool pieces = false;          ///< Prints the tokens, not the text that they are joined to.
  BeamConfig beam;
  int n_threads = 0;
};

struct AverageOptions {
  std::filesystem::path run;   ///< Whose kept checkpoints are averaged.
  std::filesystem::path into;  ///< The folder of the run that is made.
  Index n_last = 10;
};

struct LogitsOptions {
  std::filesystem::path run;
  std::string sentence, translation;
};

/// Of a command that looks at a run.
struct RunOptions {
  std::filesystem::path run;
};

struct EvaluateOptions {
  std::vector<std::filesystem::path> runs;  ///< Which translate together.
  ParallelFiles held_out;
  std::optional<BleuTokenizer> bleu_words;  ///< None: as the run's tokens suggest.
  BeamConfig beam;
  int n_threads = 0;
};

/// The folder of the toy corpus' run.
std::filesystem::path toy_run();

/// Declares the flags of each subcommand; the options are filled when the command line is parsed.
void add_train_flags(CLI::App& command, TrainOptions& options);
void add_translate_flags(CLI::App& command, TranslateOptions& options);
void add_evaluate_flags(CLI::App& command, EvaluateOptions& options);
void add_average_flags(CLI::App& command, AverageOptions& options);
void add_logits_flags(CLI::App& command, LogitsOptions& options);
void add_run_flags(CLI::App& command, RunOptions& options);

/// The toy corpus, its run folder and its settings, where no --source was given; and checks that
/// the flags fit together. Throws Error (usage).
void complete(TrainOptions& options);

/// Every setting that shapes a training run, under the name of its flag: what a checkpoint records,
/// and what must not change when the run is resumed.
Metadata describe(const TrainOptions& options);
/// What holds for settings that runs of earlier versions do not record.
Metadata defaults_of_older_runs();

}  // namespace transformer
