#include "src/run/training_loop.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "src/base/error.hpp"
#include "src/run/output.hpp"

namespace transformer {
namespace {

constexpr std::int64_t steps_between_log_lines = 10;
constexpr std::string_view digest_ending = "-digest";

void require_finite_numbers(ParameterStore& store, std::int64_t n_done) {
  for (const auto numbers : {store.values(), store.first_moments(), store.second_moments()}) {
    if (std::all_of(numbers.begin(), numbers.end(), [](float x) { return std::isfinite(x); })) {
      continue;
    }
    fail_diverged("after step {} there are numbers that are not finite, which are not saved",
                  n_done);
  }
}

/// Finite numbers can have such a loss, but no model that learned anything.
void require_sane_loss(double loss, std::int64_t n_done) {
  constexpr double beyond_all_sense = 1e4;
  if (!std::isfinite(loss) || loss < beyond_all_sense) return;  // not finite: for the trainer
  fail_diverged("the loss of step {} is {:.3g}, and what led there is not saved", n_done, loss);
}

/// `seconds_before`: what the steps before this start took, up to the last line that tells.
void append(MetricsLog& log, std::int64_t step, const StepMetrics& metrics,
            const Progress& progress, double seconds_before) {
  log.append(step, {{"loss", metrics.loss},
                    {"learning_rate", metrics.learning_rate},
                    {"gradient_norm", metrics.gradient_norm},
                    {"tokens_per_second", progress.recent_tokens_per_second()},
                    {"seconds", seconds_before + progress.seconds()}});
}

}  // namespace

TrainingLoop::TrainingLoop(const LoopOptions& options,
                           const std::vector<std::filesystem::path>& needed,
                           const std::vector<std::filesystem::path>& wished)
    : options_(options), directory_(options.run, needed, wished) {
  if (options.overwrite) {
    for (const auto& [step, file] : paths().all_kept()) forgotten_.insert(file);
    forgotten_.insert(paths().best);
  }
  if (!options.resume || goes_on()) return;
  fail(ExitCode::no_input, "{}: no checkpoint to resume from; leave --resume out to start anew",
       paths().checkpoint.string());
}

bool TrainingLoop::goes_on() const {
  std::error_code ignored;
  return std::filesystem::exists(paths().checkpoint, ignored) && !options_.overwrite;
}

std::optional<Checkpoint> TrainingLoop::checkpoint() const {
  if (!goes_on()) return {};
  return Checkpoint(paths().checkpoint);
}

void TrainingLoop::require_settings(const Checkpoint& checkpoint, const Metadata& settings,
                                    const Metadata& defaults) {
  std::string differences;
  for (const auto& [name, wanted] : settings) {
    const bool is_recorded = checkpoint.has(name);
    const std::string had = is_recorded               ? checkpoint.text(name)
                            : defaults.contains(name) ? defaults.at(name)
                                                      : "nothing";
    if (had == wanted) continue;
    differences += differences.empty() ? "" : "; ";
    differences +=
        name.ends_with(digest_ending)
            ? fmt::format("another {}", name.substr(0, name.size() - digest_ending.size()))
            : fmt::format("{} was {}, now {}", name, had, wanted);
  }
  if (differences.empty()) return;
  fail(ExitCode::usage,
       "{}: made with other settings ({}); give the same ones, another --run, or --overwrite to "
       "start anew",
       checkpoint.path().string(), differences);
}

void TrainingLoop::save_to(const std::filesystem::path& file, const Training& training,
                           std::int64_t n_done) {
  require_finite_numbers(training.store, n_done);
  directory_.hold_on();
  Metadata metadata = training.settings;
  metadata["step"] = fmt::to_string(n_done);
  if (training.position) metadata.merge(training.position());
  save_checkpoint(file, training.store, metadata, training.companions);
}

void TrainingLoop::remove_forgotten() {
  std::error_code ignored;
  for (const std::filesystem::path& file : forgotten_) std::filesystem::remove(file, ignored);
  forgotten_.clear();
}

void TrainingLoop::save(const Training& training, std::int64_t n_done, MetricsLog& log) {
  if (n_saved_ == n_done) return;
  log.sync();  // so that no checkpoint is ahead of its log
  save_to(paths().checkpoint, training, n_done);
  n_saved_ = n_done;
  remove_forgotten();  // first: whatever happens to the log, they belong to no run any more
  log.replace();
  if (training.after_saving) training.after_saving();
}

void TrainingLoop::save_beside(const std::filesystem::path& file, const Training& training,
                               std::int64_t n_done, MetricsLog& log) {
  save(training, n_done, log);
  save_to(file, training, n_done);
}

void TrainingLoop::keep(const Training& training, std::int64_t n_done, MetricsLog& log) {
  save_beside(paths().kept(n_done), training, n_done, log);
  std::map<std::int64_t, std::filesystem::path> kept = paths().all_kept(n_done);
  std::error_code ignored;
  for (; std::ssize(kept) > options_.keep_last; kept.erase(kept.begin())) {
    std::filesystem::remove(kept.begin()->second, ignored);
  }
}

bool TrainingLoop::watch(const Training& training, std::int64_t n_done, MetricsLog& log) {
  const Watched watched = training.watch(n_done, log);
  if (!watched.note.empty()) print_out("{}\n", watched.note);
  if (watched.is_best) save_beside(paths().best, training, n_done, log);
  return watched.goes_on;
}

//! [train]
LoopReport TrainingLoop::train(const Training& training, std::int64_t n_done) {
  if (n_done >= training.last_step()) return {};
  InterruptGuard interrupt;
  const double seconds_before = newest_metric(paths().log, n_done, "seconds").value_or(0.0);
  // A run that is overwritten keeps its log and its checkpoints until this one has its first.
  MetricsLog log(
      paths().log, static_cast<Index>(n_done),
      options_.overwrite ? MetricsLog::Replace::when_told : MetricsLog::Replace::at_once);
  Progress progress(training.last_step(), n_done);

  int n_bad = 0;
  for (bool is_last = false; !is_last && interrupt.signal() == 0;) {
    const StepMetrics metrics = training.make_step();
    require_sane_loss(metrics.loss, ++n_done);
    n_bad = std::isfinite(metrics.gradient_norm) ? 0 : n_bad + 1;
    const std::int64_t last_step = training.last_step();
    is_last = n_done >= last_step;
    progress.expect(last_step);
    progress.advance(n_done, metrics.loss, metrics.n_tokens);
    if (n_done % steps_between_log_lines == 0 || is_last) {
      append(log, n_done, metrics, progress, seconds_before);
    }
    if (training.watch && !watch(training, n_done, log)) is_last = true;
    if (options_.keep_every > 0 && n_done % options_.keep_every == 0) keep(training, n_done, log);
    const bool is_due = n_done % options_.save_every == 0 || interrupt.asks_to_save();
    if (is_due && !is_last) save(training, n_done, log);
  }
  save(training, n_done, log);
  end_live_line();
  if (n_bad > 0)
    warn("the gradient of the last {} steps was not finite: they changed nothing", n_bad);
  if (interrupt.signal() != 0) {
    write_message(fmt::format("stopped at step {} of {}; the same command{} goes on from there\n",
                              n_done, training.last_step(),
                              options_.overwrite ? " without --overwrite" : ""));
  }
  return {interrupt.signal(), progress.seconds(), progress.tokens_per_second()};
}
//! [train]

}  // namespace transformer
