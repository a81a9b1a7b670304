#include "chapters/08_translation/translator/options.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>

#include <functional>

#include "chapters/08_translation/toy_files.hpp"
#include "src/base/error.hpp"
#include "src/run/flags.hpp"
#include "src/run/root.hpp"

namespace transformer {
namespace {

/// What the toy corpus takes to be learned.
constexpr std::int64_t toy_updates = 2000;
constexpr Index epochs_unless_told = 10;

/// Of a command that uses what was trained.
void add_trained_flag(CLI::App& command, std::filesystem::path& run) {
  run = toy_run();
  path_flag(command, "--run", run,
            "Folder of the run (default: runs/toy), or one of the checkpoints in it");
}

/// Of a command that translates.
void add_ensemble_flag(CLI::App& command, std::vector<std::filesystem::path>& runs) {
  runs = {toy_run()};
  paths_flag(
      command, "--run", runs,
      "Folder of the run (default: runs/toy), or one of the checkpoints in it; given several "
      "times, for runs that share their vocabulary, these translate together");
}

void add_threads_flag(CLI::App& command, int& n_threads) {
  number_flag(command, "--threads", n_threads, 0, 256, "Threads; 0: one for each processor");
}

/// One of several words, each of which stands for a value.
template <class Value>
void named_flag(CLI::App& command, const std::string& name,
                const std::vector<std::pair<std::string, Value>>& values,
                const std::function<void(Value)>& take, const std::string& meaning) {
  std::vector<std::string> names;
  for (const auto& [word, value] : values) names.push_back(word);
  command
      .add_option_function<std::string>(
          name,
          [=](const std::string& given) {
            for (const auto& [word, value] : values) {
              if (word == given) take(value);
            }
          },
          meaning)
      ->check(CLI::IsMember(names));
}

void add_beam_flags(CLI::App& command, BeamConfig& beam) {
  number_flag(command, "--beam", beam.size, 1, 64, "Hypotheses of beam search; 1: greedy");
  number_flag(command, "--length-penalty", beam.length_penalty, 0, 10,
              "Exponent that favours longer translations");
  named_flag<LengthPenalty>(
      command, "--penalty-form",
      {{"paper", LengthPenalty::paper}, {"fairseq", LengthPenalty::fairseq}},
      [&beam](LengthPenalty form) { beam.penalty_form = form; },
      "What has this exponent: (5 + length) / 6 (paper), or the length (fairseq)");
}

void add_pair_flags(CLI::App& command, const std::string& prefix, ParallelFiles& files,
                    const std::string& meaning) {
  CLI::Option* source =
      path_flag(command, "--" + prefix + "source", files.source, meaning + ": source lines");
  CLI::Option* target =
      path_flag(command, "--" + prefix + "target", files.target, meaning + ": target lines");
  source->needs(target);
  target->needs(source);
}

void add_training_flags(CLI::App& command, TrainOptions& options) {
  number_flag(command, "--updates", options.n_updates, 1, many, "Steps to train")
      ->default_str(fmt::format("{} for the toy corpus", toy_updates));
  number_flag(command, "--epochs", options.n_epochs, 1, 10000, "Or: passes over the corpus")
      ->default_str(fmt::format("{} for any other", epochs_unless_told));
  number_flag(command, "--cool-down", options.cool_down, 0, many,
              "Steps at the end of --updates, in which the learning rate falls to 0");
  setting_flags(command, options.settings);
  command
      .add_option_function<std::string>(
          "--tokens",
          [&options](const std::string& name) { options.splitting = splitting_named(name); },
          "What tokens are: words between spaces (toy corpus); pieces of them, where @@ says that "
          "a word goes on; words and marks of raw text (punctuation, any other corpus); or pieces "
          "of raw text that are learned from it (bpe, unigram)")
      ->check(CLI::IsMember(splitting_names));
  number_flag(command, "--save-every", options.loop.save_every, 1, many,
              "Steps between checkpoints");
  CLI::Option* keep_every = number_flag(
      command, "--keep-every", options.loop.keep_every, 0, many,
      "Steps between checkpoints that are kept beside the newest, for `average`; 0: none");
  number_flag(command, "--keep-last", options.loop.keep_last, 1, 1000, "How many of them are kept")
      ->needs(keep_every);
  number_flag(command, "--validate-every", options.validate_every, 0, many,
              "Steps between validations; 0: once, at the end");
  number_flag(
      command, "--patience", options.patience, 0, many,
      "Stop after so many validations in which neither BLEU nor loss gets better; 0: never");
}

/// Sizes and settings that belong together.
struct Preset {
  std::string name;
  ModelConfig model;
  TrainingSettings settings;
};

/// The toy's, those of the smallest Transformer that is published for Multi30k (Wu et al. 2021),
/// and the paper's base model.
const std::vector<Preset>& presets() {
  static const std::vector<Preset> all = {
      {"toy", TrainOptions().model, TrainOptions().settings},
      {"tiny",
       {.d_model = 128, .d_ff = 256, .n_heads = 4, .n_layers = 4, .p_drop = 0.3f},
       {.batch_tokens = 8192, .warmup_steps = 2000, .clip_norm = 25.0f, .peak_rate = 0.005f}},
      {"base", {}, {.batch_tokens = 25000, .warmup_steps = 4000, .vocabulary_size = 37000}}};
  return all;
}

/// Must be the first flag: CLI11 obeys flags in the order in which they are declared, so any other
/// changes what the preset says.
void add_preset_flag(CLI::App& command, TrainOptions& options) {
  std::vector<std::string> names;
  for (const Preset& preset : presets()) names.push_back(preset.name);
  command
      .add_option_function<std::string>(
          "--preset",
          [&options](const std::string& name) {
            for (const Preset& preset : presets()) {
              if (preset.name != name) continue;
              options.model = preset.model;
              options.settings = preset.settings;
            }
          },
          "Sizes and settings that belong together; other flags change them one by one")
      ->check(CLI::IsMember(names));
}

/// Checks that the flags fit together.
void require_fitting(const TrainOptions& options) {
  if (options.cool_down > 0 && (options.n_epochs > 0 || options.patience > 0)) {
    fail(ExitCode::usage,
         "--cool-down counts back from the last step: give --updates, and no --patience");
  }
  if (options.n_updates > 0 && options.cool_down > options.n_updates) {
    fail(ExitCode::usage, "--cool-down {} is more than the {} steps of --updates",
         options.cool_down, options.n_updates);
  }
  if (options.settings.r_drop_after > 0 && options.settings.r_drop == 0) {
    fail(ExitCode::usage, "--r-drop-after says when --r-drop begins; give that, too");
  }
  if ((options.validate_every > 0 || options.patience > 0) && !options.validation.given() &&
      options.pairs.empty()) {
    fail(ExitCode::usage, "--validate-every and --patience need --valid-source and --valid-target");
  }
  if (options.patience > 0 && options.validate_every == 0) {
    fail(ExitCode::usage, "--patience counts validations; give --validate-every, too");
  }
  if (options.model.d_model % options.model.n_heads != 0) {
    fail(ExitCode::usage, "--d-model {} is not a multiple of --n-heads {}", options.model.d_model,
         options.model.n_heads);
  }
}

}  // namespace

std::filesystem::path toy_run() { return project_root() / "runs" / "toy"; }

void add_train_flags(CLI::App& command, TrainOptions& options) {
  add_preset_flag(command, options);
  path_flag(command, "--run", options.loop.run, "Folder of the run (runs/toy for the toy corpus)");
  add_threads_flag(command, options.n_threads);
  add_pair_flags(command, "", options.training, "Training text (default: the toy corpus)");
  add_pair_flags(command, "valid-", options.validation, "Validation text");
  add_pair_flags(command, "test-", options.held_out, "Held-out text, translated at the end");
  CLI::Option* pairs =
      path_flag(command, "--pairs", options.pairs,
                "Or one file with all three: a source, a TAB and a target on each line");
  for (const char* other : {"--source", "--valid-source", "--test-source"}) {
    pairs->excludes(command.get_option(other));
  }
  setting_flags(command, options.model);
  add_training_flags(command, options);
  add_beam_flags(command, options.beam);
  CLI::Option* resume =
      command.add_flag("--resume", options.loop.resume, "Go on with the run; it must exist");
  command.add_flag("--overwrite", options.loop.overwrite, "Forget the run that exists, start anew")
      ->excludes(resume);
}

void add_translate_flags(CLI::App& command, TranslateOptions& options) {
  add_ensemble_flag(command, options.runs);
  add_threads_flag(command, options.n_threads);
  add_beam_flags(command, options.beam);
  number_flag(command, "--n-best", options.beam.n_best, 1, 64,
              "Translations of each sentence, with score and log probability before each");
  command.add_flag("--pieces", options.pieces,
                   "Write the model's tokens, a space between two, not the text joined from them");
  CLI::Option* sentences =
      command.add_option("sentences", options.sentences,
                         "What to translate; without any, the lines of standard input, of which "
                         "those of a file or a pipe are read many at a time");
  path_flag(command, "--trace", options.trace,
            "Write a page (HTML) that steps through every attention of the first sentence")
      ->needs(sentences);
}

void add_average_flags(CLI::App& command, AverageOptions& options) {
  path_flag(command, "--run", options.run, "Folder of a run with kept checkpoints")->required();
  path_flag(command, "--into", options.into, "Folder of the run that is made")->required();
  number_flag(command, "--last", options.n_last, 2, 1000, "How many of the newest to average");
}

void add_logits_flags(CLI::App& command, LogitsOptions& options) {
  add_trained_flag(command, options.run);
  command.add_option("sentence", options.sentence, "The source")->required();
  command.add_option("translation", options.translation, "Its translation so far")->required();
}

void add_run_flags(CLI::App& command, RunOptions& options) {
  add_trained_flag(command, options.run);
}

void add_evaluate_flags(CLI::App& command, EvaluateOptions& options) {
  add_ensemble_flag(command, options.runs);
  add_threads_flag(command, options.n_threads);
  add_beam_flags(command, options.beam);
  add_pair_flags(command, "", options.held_out,
                 "Text to compare with (default: what --pairs held out, or the toy's)");
  named_flag<BleuTokenizer>(
      command, "--bleu-words", {{"none", BleuTokenizer::none}, {"13a", BleuTokenizer::mteval_v13a}},
      [&options](BleuTokenizer words) { options.bleu_words = words; },
      "What BLEU counts as words: what stands between spaces (none), or WMT's 13a; without it, "
      "none for tokenised text and 13a for raw text");
}

void complete(TrainOptions& options) {
  const bool toy = !options.training.given() && options.pairs.empty();
  options.is_toy = toy;
  if (!toy && options.loop.run.empty()) {
    fail(
        ExitCode::usage, "{}: where to keep the run",
        options.pairs.empty() ? "--source and --target need --run DIR" : "--pairs needs --run DIR");
  }
  if (toy) {
    options.training = toy_files("train");
    if (!options.validation.given()) options.validation = toy_files("valid");
    if (!options.held_out.given()) options.held_out = toy_files("test");
    if (options.loop.run.empty()) options.loop.run = toy_run();
  }
  if (!options.splitting) options.splitting = toy ? Splitting::spaces : Splitting::punctuation;
  if (options.settings.sample_pieces > 0 && !is_learned(*options.splitting)) {
    fail(ExitCode::usage, "--sample-pieces needs --tokens bpe or unigram");
  }
  if (options.n_updates > 0 && options.n_epochs > 0) {
    fail(ExitCode::usage, "--updates and --epochs both say how long to train; give one of them");
  }
  if (options.n_updates == 0 && options.n_epochs == 0) {
    (toy ? options.n_updates : options.n_epochs) = toy ? toy_updates : epochs_unless_told;
  }
  require_fitting(options);
}

Metadata describe(const TrainOptions& options) {
  Metadata settings = describe(options.model);
  settings.merge(describe(options.settings));
  settings["tokens"] = name_of(options.splitting.value());
  return settings;
}

Metadata defaults_of_older_runs() {
  const Metadata all = describe(TrainingSettings());
  Metadata defaults;
  for (const char* name :
       {"peak-rate", "batches-per-step", "r-drop", "r-drop-after", "sample-pieces"}) {
    defaults[name] = all.at(name);
  }
  return defaults;
}

}  // namespace transformer
