#include "chapters/08_translation/training_run.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <vector>

#include "chapters/07_training_loop/progress.hpp"
#include "chapters/08_translation/output.hpp"
#include "src/base/error.hpp"
#include "src/io/digest.hpp"
#include "src/kernels/instruction_set.hpp"

namespace transformer {
namespace {

constexpr std::int64_t steps_between_log_lines = 10;
constexpr Index suspicious_line_bytes = 1'000'000;

ParallelText read_text(const ParallelFiles& files, const TrainOptions& options) {
  return read_parallel_text(
      files.source, files.target,
      {.splitting = options.splitting.value(), .max_length = options.model.n_positions - 1});
}

std::string digest_of(const ParallelText& text) {
  Digest digest;
  for (const auto* side : {&text.source, &text.target}) {
    for (const std::string& line : *side) digest.update(line).update("\n");
  }
  return digest.hex();
}

/// `, 3 blank and 1 too long left out`, or nothing.
std::string left_out(const ParallelTextCounts& counts) {
  if (counts.n_blank + counts.n_too_long == 0) return {};
  return fmt::format(", {} blank and {} too long left out", counts.n_blank, counts.n_too_long);
}

}  // namespace

TrainingRun::TrainingRun(const TrainOptions& options, Threads& threads)
    : options_(options), settings_(describe(options)), directory_(options.run), threads_(threads) {
  require_something_to_resume();
  const ParallelText text = read_text(options.training, options);
  settings_["corpus-digest"] = digest_of(text);
  prepare_model(text);
  training_ = encode(text, trained_->vocabulary);
  if (options.validation.given()) {
    validation_ = encode(read_text(options.validation, options), trained_->vocabulary);
  }
  batches_.emplace(training_, options.batch_tokens, options.training_config.seed);
  trainer_ =
      std::make_unique<Trainer>(trained_->model, trained_->store, options.training_config, threads);
  if (goes_on()) resume(Checkpoint(paths().checkpoint));
  describe_run(text);
}

void TrainingRun::prepare_model(const ParallelText& text) {
  Vocabulary vocabulary = joint_vocabulary(text, options_.vocabulary_size, options_.minimum_count);
  settings_["vocabulary-digest"] = vocabulary.digest();
  trained_ =
      std::make_unique<TrainedModel>(std::move(vocabulary), options_.model,
                                     options_.splitting.value(), options_.training_config.seed);
}

bool TrainingRun::goes_on() const {
  std::error_code ignored;
  return std::filesystem::exists(paths().checkpoint, ignored) && !options_.overwrite;
}

void TrainingRun::require_something_to_resume() const {
  if (!options_.resume || goes_on()) return;
  fail(ExitCode::no_input, "{}: no checkpoint to resume from; leave --resume out to start anew",
       paths().checkpoint.string());
}

void TrainingRun::require_same_settings(const Checkpoint& checkpoint) const {
  std::string differences;
  for (const auto& [name, wanted] : settings_) {
    const auto found = checkpoint.metadata().find(name);
    const std::string had = found == checkpoint.metadata().end() ? "nothing" : found->second;
    if (had == wanted) continue;
    differences +=
        fmt::format("{}{} was {}, now {}", differences.empty() ? "" : "; ", name, had, wanted);
  }
  if (differences.empty()) return;
  fail(ExitCode::usage,
       "{}: made with other settings ({}); give the same ones, another --run, or --overwrite to "
       "start anew",
       paths().checkpoint.string(), differences);
}

void TrainingRun::resume(const Checkpoint& checkpoint) {
  require_same_settings(checkpoint);
  trained_->load(checkpoint);
  trainer_->set_n_steps(checkpoint.integer("step"));
  batches_->seek({static_cast<std::uint32_t>(checkpoint.integer("epoch")),
                  static_cast<Index>(checkpoint.integer("batch"))});
}

bool TrainingRun::is_done() const {
  return options_.n_updates > 0 ? trainer_->n_steps() >= options_.n_updates
                                : Index{batches_->position().epoch} >= options_.n_epochs;
}

std::int64_t TrainingRun::expected_updates() const {
  if (options_.n_updates > 0) return options_.n_updates;
  const BatchPosition next = batches_->position();
  const Index n_epochs_left = std::max<Index>(0, options_.n_epochs - next.epoch);
  return trainer_->n_steps() +
         std::max<Index>(0, n_epochs_left * batches_->n_batches() - next.batch);
}

void TrainingRun::describe_run(const ParallelText& text) const {
  const ModelConfig& model = options_.model;
  // What may be refused comes first: nothing is printed then.
  const std::string_view kernels = name_of(instruction_set());
  print_out("corpus: {} pairs to train on{}, {} to validate; {} different tokens\n",
            training_.n_pairs(), left_out(text.counts), validation_.n_pairs(),
            trained_->vocabulary.size());
  print_out("model: {} + {} layers, d_model {}, d_ff {}, {} heads, {} parameters\n", model.n_layers,
            model.n_layers, model.d_model, model.d_ff, model.n_heads,
            trained_->store.n_parameters());
  const std::string epochs =
      options_.n_epochs > 0 ? fmt::format("{} epochs, about ", options_.n_epochs) : "";
  print_out("training: {}{} steps of up to {} target tokens; {} thread{}, {}\n", epochs,
            expected_updates(), options_.batch_tokens, threads_.count(),
            threads_.count() == 1 ? "" : "s", kernels);
  if (text.counts.longest_line_bytes > suspicious_line_bytes) {
    warn("{}, {}: a line has {} bytes; check that LF ends the lines",
         options_.training.source.string(), options_.training.target.string(),
         text.counts.longest_line_bytes);
  }
  const std::int64_t done = trainer_->n_steps();
  if (is_done()) {
    print_out("trained already ({} steps); --overwrite trains anew\n", done);
  } else if (done > 0) {
    print_out("going on after step {}\n", done);
  }
}

void TrainingRun::require_finite_numbers() const {
  ParameterStore& store = trained_->store;
  for (const auto numbers : {store.values(), store.first_moments(), store.second_moments()}) {
    if (std::all_of(numbers.begin(), numbers.end(), [](float x) { return std::isfinite(x); })) {
      continue;
    }
    fail(ExitCode::diverged,
         "training diverged: after step {} there are numbers that are not finite, which are not "
         "saved; train anew with a smaller --learning-rate-scale",
         trainer_->n_steps());
  }
}

void TrainingRun::save(MetricsLog& log) const {
  require_finite_numbers();
  Metadata metadata = settings_;
  metadata["step"] = fmt::to_string(trainer_->n_steps());
  metadata["epoch"] = fmt::to_string(batches_->position().epoch);
  metadata["batch"] = fmt::to_string(batches_->position().batch);
  save_checkpoint(paths().checkpoint, trained_->store, metadata, trained_->companions());
  log.replace();
  show_vocabulary();
}

void TrainingRun::show_vocabulary() const {
  try {
    trained_->vocabulary.save(paths().vocabulary);
  } catch (const Error& error) {
    warn("{}; only people miss this file, the checkpoint has all", error.what());
  }
}

double TrainingRun::validation_loss() {
  Batches batches(validation_, options_.batch_tokens, 0);
  TranslationBatch batch;
  double sum = 0.0;
  Index n_tokens = 0;
  for (Index i = 0; i < batches.n_batches(); ++i) {
    batches.fill(i, batch);
    const auto n = static_cast<Index>(batch.target_output.size());
    sum += trainer_->evaluate(batch) * static_cast<double>(n);
    n_tokens += n;
  }
  return sum / static_cast<double>(n_tokens);
}

//! [train]
int TrainingRun::train() {
  if (is_done()) return 0;
  const InterruptGuard interrupt;
  // A run that is overwritten keeps its log, too, until the first checkpoint of this one is there.
  MetricsLog log(
      paths().log, static_cast<Index>(trainer_->n_steps()),
      options_.overwrite ? MetricsLog::Replace::when_told : MetricsLog::Replace::at_once);
  Progress progress(expected_updates(), trainer_->n_steps());
  TranslationBatch batch;
  batches_->reserve(batch);

  while (!is_done() && interrupt.signal() == 0) {
    batches_->next(batch);
    const StepReport report = trainer_->step(batch);
    progress.expect(expected_updates());
    progress.advance(report.step, report.loss, report.n_tokens);
    if (report.step % steps_between_log_lines == 0 || is_done()) {
      log.append(report.step, {{"loss", report.loss},
                               {"learning_rate", report.update.learning_rate},
                               {"gradient_norm", report.update.gradient_norm},
                               {"tokens_per_second", progress.tokens_per_second()}});
    }
    if (report.step % options_.save_every == 0 && !is_done()) save(log);
  }
  save(log);
  progress.end_line();
  if (interrupt.signal() != 0) {
    write_message(fmt::format("stopped at step {} of {}; the same command goes on from there\n",
                              trainer_->n_steps(), expected_updates()));
    return interrupt.signal();
  }
  print_out("trained for {:.1f} s, {:.0f} target tokens/s\n", progress.seconds(),
            progress.tokens_per_second());
  if (validation_.n_pairs() > 0) {
    const double loss = validation_loss();
    print_out("validation: loss {:.4f}, perplexity {:.3f}\n", loss, std::exp(loss));
  }
  return 0;
}
//! [train]

}  // namespace transformer
