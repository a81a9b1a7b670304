#include "chapters/08_translation/translator/training_run.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "chapters/07_training_loop/translation_loss.hpp"
#include "chapters/08_translation/translator/learned_text.hpp"
#include "src/base/error.hpp"
#include "src/data/characters.hpp"
#include "src/data/lines.hpp"
#include "src/data/tokens.hpp"
#include "src/kernels/instruction_set.hpp"
#include "src/run/output.hpp"
#include "src/system/machine.hpp"

namespace transformer {
namespace {

constexpr std::uint32_t site_of_pieces = 0x63757473;  // "cuts"

/// What the run will write beside its checkpoints and its log.
std::vector<std::filesystem::path> needed_by(const TrainOptions& options,
                                             const TranslatorPaths& paths) {
  std::vector<std::filesystem::path> needed;
  if (options.held_out.given()) needed.push_back(paths.attention);
  if (options.validate_every > 0) needed.push_back(paths.best);
  return needed;
}

/// A pipe gives its text only once.
void require_more_than_once(const ParallelFiles& files) {
  for (const std::filesystem::path& file : {files.source, files.target}) {
    std::error_code ignored;
    const std::filesystem::file_status status = std::filesystem::status(file, ignored);
    const bool is_gone = !std::filesystem::exists(status);  // which reading it will say
    if (file != "-" && (is_gone || std::filesystem::is_regular_file(status) ||
                        std::filesystem::is_directory(status))) {
      continue;
    }
    fail(ExitCode::no_input, "{}: is not a regular file, but has to be read twice; copy it to one",
         file.string());
  }
}

/// A run that goes on keeps its pieces, whatever another version of SentencePiece would learn.
Tokenizer tokenizer_of(const TrainOptions& options, const std::optional<Checkpoint>& checkpoint) {
  if (checkpoint) return tokenizer_in(*checkpoint);
  if (!is_learned(options.splitting.value())) return Tokenizer(options.splitting.value());
  require_more_than_once(options.training);
  LineReader source(options.training.source), target(options.training.target);
  const NextLine next_line = [&](std::string& line) {
    if (!source.next(line) && !target.next(line)) return false;
    line = normalised(std::move(line));
    return true;
  };
  return Tokenizer::learned(options.splitting.value(), next_line, options.settings.vocabulary_size);
}

std::vector<std::string> texts_of(const Tokenizer& tokenizer, const ParallelText& text,
                                  const PackedSentences& side) {
  std::vector<std::string> lines;
  for (const std::string& tokens : lines_of(text, side)) {
    lines.push_back(tokenizer.text_of(split(tokens)));
  }
  return lines;
}

/// Bytes that a step takes at least: the largest batch in every layer, with gradients; the
/// attention of its longest sentences; its logits. A batch has more, but is never smaller.
double bytes_of_step(const ModelConfig& model, Index n_vocabulary, Index most_tokens,
                     Index longest_source, Index longest_target) {
  const auto n_layers = static_cast<double>(model.n_layers);
  const auto d_model = static_cast<double>(model.d_model), d_ff = static_cast<double>(model.d_ff);
  const auto n_source = static_cast<double>(longest_source),
             n_target = static_cast<double>(longest_target);
  const double in_layers =
      2 * n_layers * (8 * d_model + 2 * d_ff) * static_cast<double>(most_tokens);
  const double in_attention = n_layers * (n_source * n_source + n_target * n_target);
  const double in_logits = 2 * static_cast<double>(n_vocabulary) * n_target;
  return sizeof(float) * (in_layers + in_attention + in_logits);
}

}  // namespace

TrainingRun::TrainingRun(const TrainOptions& options, Threads& threads)
    : options_(options),
      settings_(describe(options)),
      paths_(options.loop.run),
      loop_(options.loop, needed_by(options, paths_), {paths_.vocabulary}),
      tokenizer_(Splitting::spaces),
      threads_(threads),
      tapes_(threads) {
  const std::optional<Checkpoint> checkpoint = loop_.checkpoint();
  tokenizer_ = tokenizer_of(options, checkpoint);
  const ParallelText text = read_text_for(options.model, tokenizer_, options.training);
  settings_[entry::corpus_digest] = digest_of(text);
  if (checkpoint) require_own_training(*checkpoint);
  prepare_model(text);
  training_ = encode(text, trained_->vocabulary);
  trained_->longest_source = training_.source.segments().longest();
  ParallelTextCounts validation_counts;
  if (options.validation.given()) {
    if (options.validate_every > 0) require_more_than_once(options.validation);
    const ParallelText validation = read_text_for(options.model, tokenizer_, options.validation);
    validation_counts = validation.counts;
    validation_ = encode(validation, trained_->vocabulary);
    if (options.validate_every > 0) {
      validations_.begin(digest_of(validation));
      validation_text_ = read_held_out(options.validation);
      validation_text_->is_quiet = true;
    }
  }
  prepare_batches(text);
  require_memory();
  parts_.resize(static_cast<size_t>(options.settings.n_batches));
  shares_.resize(parts_.size());
  for (TranslationBatch& part : parts_)
    reserve(part, *batches_, options.settings.r_drop > 0 ? 2 : 1);
  if (checkpoint) {
    TrainingLoop::require_settings(*checkpoint, settings_, defaults_of_older_runs());
    resume(*checkpoint);
  }
  describe_run(text, validation_counts);
}

void TrainingRun::prepare_model(const ParallelText& text) {
  const TrainingSettings& settings = options_.settings;
  Vocabulary vocabulary =
      is_learned(tokenizer_.splitting())
          ? tokenizer_.vocabulary().value()
          : text.tokens.vocabulary(settings.vocabulary_size, settings.minimum_count);
  settings_[entry::vocabulary_digest] = vocabulary.digest();
  trained_ = std::make_unique<TrainedModel>(std::move(vocabulary), tokenizer_, options_.model,
                                            settings.seed);
  trainer_ = std::make_unique<Trainer>(trained_->store, schedule(), threads_, settings.seed,
                                       OptimizerConfig{.clip_norm = settings.clip_norm});
}

Schedule TrainingRun::schedule() const {
  const TrainingSettings& settings = options_.settings;
  const float scale = settings.learning_rate_scale;
  Schedule rate = settings.peak_rate > 0
                      ? inverse_sqrt_schedule(settings.peak_rate * scale, settings.warmup_steps)
                      : paper_schedule(options_.model.d_model, settings.warmup_steps, scale);
  return with_cool_down(std::move(rate), options_.n_updates, options_.cool_down);
}

void TrainingRun::require_own_training(const Checkpoint& checkpoint) const {
  if (checkpoint.has(entry::averaged)) {
    fail(ExitCode::usage, "{}: is an average, which no training goes on from; choose another --run",
         paths_.folder.string());
  }
  if (!options_.is_toy) return;
  if (checkpoint.text(entry::corpus_digest) == settings_.at(entry::corpus_digest)) return;
  fail(ExitCode::usage,
       "{}: was not trained on the toy corpus; to go on with it, give its text (--source and "
       "--target, or --pairs); to use it, give a sentence to translate, or choose another --run",
       paths_.folder.string());
}

void TrainingRun::prepare_batches(const ParallelText& text) {
  const TrainingSettings& settings = options_.settings;
  learned_.emplace(training_, trained_->vocabulary.size());
  std::function<void(std::uint32_t)> before_epoch;
  if (settings.sample_pieces > 0) {
    source_lines_ = texts_of(tokenizer_, text, text.source);
    target_lines_ = texts_of(tokenizer_, text, text.target);
    before_epoch = [this](std::uint32_t epoch) { sample_pieces(epoch); };
  }
  batches_.emplace(batches_of(training_, settings.batch_tokens, settings.seed, before_epoch));
}

void TrainingRun::require_memory() const {
  constexpr double gigabyte = 1e9;
  const ParameterStore& store = trained_->store;
  const double numbers = 4.0 * sizeof(float) * static_cast<double>(store.n_parameters());
  const double step =
      bytes_of_step(options_.model, trained_->vocabulary.size(), batches_->most_tokens(),
                    training_.source.segments().longest(), training_.target.segments().longest());
  const double there = machine::physical_memory();
  if (numbers + step < there) return;
  fail(
      ExitCode::usage,
      "the model and the largest batch need at least {:.1f} GB of memory, there are {:.1f}; give a "
      "smaller --batch-tokens or --n-positions, or smaller sizes, such as --d-model",
      (numbers + step) / gigabyte, there / gigabyte);
}

void TrainingRun::sample_pieces(std::uint32_t epoch) {
  const TrainingSettings& settings = options_.settings;
  const RandomKey key{settings.seed, epoch, site_of_pieces};
  const auto most = static_cast<size_t>(options_.model.most_tokens());
  tokenizer_.sample(source_lines_, settings.sample_pieces, key.word(0), most, training_.source);
  tokenizer_.sample(target_lines_, settings.sample_pieces, key.word(1), most, training_.target);
}

void TrainingRun::resume(const Checkpoint& checkpoint) {
  trained_->load(checkpoint);
  trainer_->set_n_steps(checkpoint.integer(entry::step));
  constexpr std::int64_t most_epochs = std::numeric_limits<std::uint32_t>::max() - 1;
  const auto epoch = checkpoint.number<std::int64_t>(entry::epoch, 0, most_epochs);
  batches_->seek(
      {static_cast<std::uint32_t>(epoch), static_cast<Index>(checkpoint.integer(entry::batch))});
  validations_.resume(checkpoint);
}

std::int64_t TrainingRun::last_step() const {
  if (is_patience_over()) return trainer_->n_steps();
  if (options_.n_updates > 0) return options_.n_updates;
  const BatchPosition next = batches_->position();
  const Index n_epochs_left = std::max<Index>(0, options_.n_epochs - next.epoch);
  const Index n_left = std::max<Index>(0, n_epochs_left * batches_->n_batches() - next.batch);
  const Index n_in_step = options_.settings.n_batches;
  return trainer_->n_steps() + (n_left + n_in_step - 1) / n_in_step;
}

bool TrainingRun::is_patience_over() const {
  return options_.patience > 0 && validations_.n_idle() >= options_.patience;
}

void TrainingRun::show_vocabulary() const {
  try {
    trained_->vocabulary.save(paths_.vocabulary);
  } catch (const Error& error) {
    warn("{}; only people miss this file, the checkpoint has all", error.what());
  }
}

double TrainingRun::validation_loss() {
  const Batches batches = batches_of(validation_, options_.settings.batch_tokens, 0);
  TranslationBatch batch;
  double sum = 0.0;
  Index n_tokens = 0;
  for (Index i = 0; i < batches.n_batches(); ++i) {
    fill(batch, validation_, batches.batch(i));
    const double loss = trainer_->evaluate(
        [&](Tape& tape) { return translation_loss(trained_->model, tape, batch, 0.0f); });
    sum += loss * static_cast<double>(batch.n_target_tokens());
    n_tokens += batch.n_target_tokens();
  }
  return sum / static_cast<double>(n_tokens);
}

Watched TrainingRun::watch(std::int64_t step, MetricsLog& log) {
  if (options_.validate_every == 0 || step % options_.validate_every != 0) return {};
  const double loss = validation_loss();
  if (!std::isfinite(loss)) {
    fail_diverged("the validation loss of step {} is not finite, and what led there is not saved",
                  step);
  }
  const Evaluation evaluation = evaluate(*trained_, tapes_, *validation_text_, {.size = 1});
  const ValidationResult found{evaluation.bleu.score, loss};
  doubts_ = doubts(evaluation);
  signature_ = evaluation.bleu.signature();
  log.append(step, {{"validation_loss", found.loss}, {"validation_bleu", found.bleu}});
  Watched watched{.note = fmt::format("step {}: validation loss {:.4f}, BLEU {:.2f}; {} -> {}",
                                      step, found.loss, found.bleu, evaluation.sources.front(),
                                      evaluation.translations.front()),
                  .is_best = validations_.note(found)};
  if (is_patience_over()) {
    watched.goes_on = false;
    watched.note +=
        fmt::format("\nno better BLEU or loss in {} validations: stopping", validations_.n_idle());
  }
  return watched;
}

float TrainingRun::alpha_of_next_step() const {
  const TrainingSettings& settings = options_.settings;
  return trainer_->n_steps() >= settings.r_drop_after ? settings.r_drop : 0.0f;
}

//! [make_step]
StepMetrics TrainingRun::make_step() {
  const float epsilon = options_.settings.label_smoothing, alpha = alpha_of_next_step();
  Index n_tokens = 0;
  for (TranslationBatch& part : parts_) {
    fill(part, training_, batches_->next());
    if (alpha > 0) repeat(part);
    n_tokens += part.n_target_tokens();
  }
  for (size_t i = 0; i < parts_.size(); ++i) {
    shares_[i] = static_cast<double>(parts_[i].n_target_tokens()) / static_cast<double>(n_tokens);
  }
  const StepReport report = trainer_->step(shares_, [&](Tape& tape, Index i) {
    const TranslationBatch& part = parts_[static_cast<size_t>(i)];
    return alpha > 0 ? r_drop_loss(trained_->model, tape, part, epsilon, alpha)
                     : translation_loss(trained_->model, tape, part, epsilon);
  });
  return {report.loss, report.update.learning_rate, report.update.gradient_norm, n_tokens};
}
//! [make_step]

Metadata TrainingRun::position() const {
  const BatchPosition next = batches_->position();
  Metadata position = {{entry::epoch, fmt::to_string(next.epoch)},
                       {entry::batch, fmt::to_string(next.batch)},
                       {entry::longest_source, fmt::to_string(trained_->longest_source)},
                       {entry::last_step, fmt::to_string(last_step())}};
  position.merge(validations_.metadata());
  return position;
}

//! [train]
int TrainingRun::train() {
  if (trainer_->n_steps() >= last_step()) return 0;
  const LoopReport report =
      loop_.train({.store = trained_->store,
                   .settings = settings_,
                   .last_step = [&] { return last_step(); },
                   .make_step = [&] { return make_step(); },
                   .companions = trained_->companions(),
                   .position = [&] { return position(); },
                   .after_saving = [&] { show_vocabulary(); },
                   .watch = [&](auto step, MetricsLog& log) { return watch(step, log); }},
                  trainer_->n_steps());
  if (report.signal != 0) return report.signal;
  print_out("trained for {:.1f} s, {:.0f} target tokens/s\n", report.seconds,
            report.tokens_per_second);
  if (validation_.n_pairs() > 0) {
    const double loss = validation_loss();
    print_out(
        "validation: loss {:.4f}, perplexity {:.3f}{}\n", loss, std::exp(loss),
        validation_.n_unknown > 0 ? "; <unk> in the place of an unknown word counts as right" : "");
  }
  if (!doubts_.empty() && !options_.held_out.given()) warn("validation: {}", doubts_);
  return 0;
}
//! [train]

}  // namespace transformer
