#include "chapters/08_translation/options.hpp"

#include <CLI/CLI.hpp>
#include <map>
#include <type_traits>

#include "src/base/error.hpp"
#include "src/book/root.hpp"
#include "src/io/numbers.hpp"

namespace transformer {
namespace {

const std::map<std::string, Splitting> splittings = {{"spaces", Splitting::spaces},
                                                     {"punctuation", Splitting::punctuation}};

std::string name_of(Splitting splitting) {
  return splitting == Splitting::spaces ? "spaces" : "punctuation";
}

template <class Number>
CLI::Option* number_flag(CLI::App& command, const std::string& name, Number& value, double low,
                         double high, const std::string& meaning) {
  constexpr bool is_whole = std::is_integral_v<Number>;
  // Not CLI11's own reading of numbers: there 010 is eight.
  const auto read = [=, &value](const std::string& text) {
    const std::optional<Number> number = number_in<Number>(text);
    if (!number || *number < static_cast<Number>(low) || *number > static_cast<Number>(high)) {
      // Written as text, the bounds of a whole number look like one.
      throw CLI::ValidationError(
          name, fmt::format("must be a {} from {:.15g} to {:.15g}, but is '{}'",
                            is_whole ? "whole number" : "number", low, high, text));
    }
    value = *number;
  };
  return command.add_option_function<std::string>(name, read, meaning)
      ->type_name(is_whole ? "INT" : "FLOAT")
      ->default_str(fmt::to_string(value));
}

CLI::Option* path_flag(CLI::App& command, const std::string& name, std::filesystem::path& path,
                       const std::string& meaning) {
  const auto is_name = [](const std::string& text) {
    return text.empty() ? "must be a name, but is ''" : std::string();
  };
  return command.add_option(name, path, meaning)->check(is_name);
}

constexpr double many = 1e9;

/// What the toy corpus takes to be learned.
constexpr std::int64_t toy_updates = 2000;
constexpr Index epochs_unless_told = 10;

void add_common_flags(CLI::App& command, std::filesystem::path& run, int& n_threads) {
  path_flag(command, "--run", run, "Folder of the run (runs/toy for the toy corpus)");
  number_flag(command, "--threads", n_threads, 0, 256, "Threads; 0: one for each processor");
}

void add_beam_flags(CLI::App& command, BeamConfig& beam) {
  number_flag(command, "--beam", beam.size, 1, 64, "Hypotheses of beam search; 1: greedy");
  number_flag(command, "--length-penalty", beam.length_penalty, 0, 10,
              "Exponent that favours longer translations");
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

void add_model_flags(CLI::App& command, ModelConfig& model) {
  const auto most = [](Index size) { return static_cast<double>(size); };
  number_flag(command, "--d-model", model.d_model, 1, most(largest_model.d_model),
              "Width of the model");
  number_flag(command, "--d-ff", model.d_ff, 1, most(largest_model.d_ff),
              "Width inside the feed-forward networks");
  number_flag(command, "--n-heads", model.n_heads, 1, most(largest_model.n_heads),
              "Heads; must divide d-model");
  number_flag(command, "--n-layers", model.n_layers, 1, most(largest_model.n_layers),
              "Layers of encoder and of decoder");
  number_flag(command, "--p-drop", model.p_drop, 0, 0.99, "Dropout probability");
  number_flag(command, "--n-positions", model.n_positions, 2, most(largest_model.n_positions),
              "Tokens of the longest sentence, its end mark included");
}

void add_training_flags(CLI::App& command, TrainOptions& options) {
  TrainingConfig& training = options.training_config;
  OptimizerConfig& optimizer = training.optimizer;
  number_flag(command, "--updates", options.n_updates, 1, many, "Steps to train");
  number_flag(command, "--epochs", options.n_epochs, 1, 10000, "Or: passes over the corpus");
  number_flag(command, "--batch-tokens", options.batch_tokens, 1, many,
              "Most target tokens in a batch, and most source tokens");
  number_flag(command, "--seed", training.seed, 0, 1e15, "Key of all random numbers");
  number_flag(command, "--warmup-steps", optimizer.warmup_steps, 1, many,
              "Steps until the learning rate is highest");
  number_flag(command, "--learning-rate-scale", optimizer.learning_rate_scale, 1e-9, 1e9,
              "Multiplies the paper's learning rate");
  number_flag(command, "--label-smoothing", training.epsilon_ls, 0, 0.99, "epsilon_ls");
  number_flag(command, "--clip-norm", optimizer.clip_norm, 0, many,
              "Largest gradient norm; 0: no limit");
  number_flag(command, "--vocabulary-size", options.vocabulary_size, 4, 1e7, "Most tokens");
  number_flag(command, "--minimum-count", options.minimum_count, 1, many,
              "Rarer tokens are unknown");
  command
      .add_option_function<std::string>(
          "--tokens",
          [&options](const std::string& name) { options.splitting = splittings.at(name); },
          "What separates tokens: spaces (toy corpus), or punctuation, too (any other)")
      ->check(CLI::IsMember(splittings));
  number_flag(command, "--save-every", options.save_every, 1, many, "Steps between checkpoints");
}

void set_if_open(std::filesystem::path& path, const std::filesystem::path& value) {
  if (path.empty()) path = value;
}

ParallelFiles toy_files(const std::string& part) {
  const std::filesystem::path toy = project_root() / "data" / "toy";
  return {toy / (part + ".en"), toy / (part + ".fr")};
}

}  // namespace

std::optional<Splitting> splitting_named(const std::string& name) {
  const auto found = splittings.find(name);
  if (found == splittings.end()) return {};
  return found->second;
}

void add_train_flags(CLI::App& command, TrainOptions& options) {
  add_common_flags(command, options.run, options.n_threads);
  add_pair_flags(command, "", options.training, "Training text (default: the toy corpus)");
  add_pair_flags(command, "valid-", options.validation, "Validation text");
  add_pair_flags(command, "test-", options.held_out, "Held-out text, translated at the end");
  add_model_flags(command, options.model);
  add_training_flags(command, options);
  add_beam_flags(command, options.beam);
  CLI::Option* resume =
      command.add_flag("--resume", options.resume, "Go on with the run; it must exist");
  command.add_flag("--overwrite", options.overwrite, "Forget the run that exists, start anew")
      ->excludes(resume);
}

void add_translate_flags(CLI::App& command, TranslateOptions& options) {
  add_common_flags(command, options.run, options.n_threads);
  add_beam_flags(command, options.beam);
  CLI::Option* sentences =
      command.add_option("sentences", options.sentences,
                         "What to translate; without any, the lines of standard input");
  path_flag(command, "--trace", options.trace,
            "Write a page (HTML) that steps through every attention of the first sentence")
      ->needs(sentences);
}

void add_evaluate_flags(CLI::App& command, EvaluateOptions& options) {
  add_common_flags(command, options.run, options.n_threads);
  add_beam_flags(command, options.beam);
  add_pair_flags(command, "", options.held_out, "Text to compare with (default: the toy's)");
}

void complete(TrainOptions& options) {
  const bool toy = !options.training.given();
  if (!toy && options.run.empty()) {
    fail(ExitCode::usage, "--source and --target need --run DIR: where to keep the run");
  }
  if (toy) {
    options.training = toy_files("train");
    if (!options.validation.given()) options.validation = toy_files("valid");
    if (!options.held_out.given()) options.held_out = toy_files("test");
    set_if_open(options.run, project_root() / "runs" / "toy");
  }
  if (!options.splitting) options.splitting = toy ? Splitting::spaces : Splitting::punctuation;
  if (options.n_updates > 0 && options.n_epochs > 0) {
    fail(ExitCode::usage, "--updates and --epochs both say how long to train; give one of them");
  }
  if (options.n_updates == 0 && options.n_epochs == 0) {
    (toy ? options.n_updates : options.n_epochs) = toy ? toy_updates : epochs_unless_told;
  }
  if (options.model.d_model % options.model.n_heads != 0) {
    fail(ExitCode::usage, "--d-model {} is not a multiple of --n-heads {}", options.model.d_model,
         options.model.n_heads);
  }
}

void complete(EvaluateOptions& options) {
  set_if_open(options.run, project_root() / "runs" / "toy");
  if (!options.held_out.given()) options.held_out = toy_files("test");
}

Metadata describe(const TrainOptions& options) {
  const TrainingConfig& training = options.training_config;
  Metadata settings = describe(options.model);
  settings.merge(Metadata{
      {"batch-tokens", fmt::to_string(options.batch_tokens)},
      {"seed", fmt::to_string(training.seed)},
      {"warmup-steps", fmt::to_string(training.optimizer.warmup_steps)},
      {"learning-rate-scale", fmt::to_string(training.optimizer.learning_rate_scale)},
      {"label-smoothing", fmt::to_string(training.epsilon_ls)},
      {"clip-norm", fmt::to_string(training.optimizer.clip_norm)},
      {"vocabulary-size", fmt::to_string(options.vocabulary_size)},
      {"minimum-count", fmt::to_string(options.minimum_count)},
      {"tokens", name_of(options.splitting.value())},
  });
  return settings;
}

}  // namespace transformer
