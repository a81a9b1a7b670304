// A long training as a program: it shows how far it is, writes a log, saves, stops in good order
// when it is asked to, and goes on where it stopped. It knows no model.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "src/io/checkpoint.hpp"
#include "src/run/interrupt.hpp"
#include "src/run/metrics_log.hpp"
#include "src/run/progress.hpp"
#include "src/run/run_directory.hpp"

namespace transformer {

struct LoopOptions {
  std::filesystem::path run;      ///< The folder of the run.
  std::int64_t save_every = 500;  ///< Steps between checkpoints.
  std::int64_t keep_every = 0;    ///< Steps between those that are kept, too; 0: none.
  std::int64_t keep_last = 10;    ///< How many of them are kept.
  bool resume = false;            ///< There must be a run to go on with.
  bool overwrite = false;         ///< Forgets the run that is there.
};

/// What a step has to say of itself.
struct StepMetrics {
  double loss = 0.0;
  double learning_rate = 0.0;
  double gradient_norm = 0.0;
  Index n_tokens = 0;  ///< That were learned from.
};

/// What somebody who watches a training says after a step.
struct Watched {
  std::string note = {};  ///< A line to print, or nothing.
  bool is_best = false;   ///< The checkpoint `best` becomes this one.
  bool goes_on = true;    ///< False ends the training.
};

/// What the loop has to know of a training.
struct Training {
  ParameterStore& store;
  Metadata settings;                        ///< What shapes it: a checkpoint records it.
  std::function<std::int64_t()> last_step;  ///< The number of the last step, as far as known.
  std::function<StepMetrics()> make_step;   ///< Makes the next one.
  Companions companions = {};               ///< What a checkpoint keeps beside the numbers.
  std::function<Metadata()> position = {};  ///< What else it needs to go on, beside its step.
  std::function<void()> after_saving = {};
  /// Called after each step with its number: to validate now and then, and to log what came of it.
  std::function<Watched(std::int64_t step, MetricsLog& log)> watch = {};
};

/// How a training ended.
struct LoopReport {
  int signal = 0;  ///< That stopped it early, or 0.
  double seconds = 0.0, tokens_per_second = 0.0;
};

class TrainingLoop {
 public:
  /// Locks the run's folder (see RunDirectory for `needed` and `wished`). Throws Error: no_input
  /// where there is nothing to resume; others as RunDirectory does.
  explicit TrainingLoop(const LoopOptions& options,
                        const std::vector<std::filesystem::path>& needed = {},
                        const std::vector<std::filesystem::path>& wished = {});

  const RunPaths& paths() const { return directory_.paths(); }

  /// The checkpoint from which the run goes on, if there is one. Throws Error as Checkpoint does.
  std::optional<Checkpoint> checkpoint() const;
  /// Throws Error (usage) where it was made with other settings. `defaults` are those of settings
  /// that older checkpoints do not record.
  static void require_settings(const Checkpoint& checkpoint, const Metadata& settings,
                               const Metadata& defaults = {});

  /// Trains from step n_done + 1 to the last: with progress on standard error, a line in the log
  /// now and then, and checkpoints, in which the entry "step" says how many steps are done. A
  /// signal stops it after the step that is being made, SIGUSR1 makes it save then and go on.
  /// Throws Error: diverged before it would save numbers that are not finite, or those of a loss
  /// that is beyond all sense; others as its parts do.
  LoopReport train(const Training& training, std::int64_t n_done);

 private:
  bool goes_on() const;
  void save(const Training& training, std::int64_t n_done, MetricsLog& log);
  void save_to(const std::filesystem::path& file, const Training& training, std::int64_t n_done);
  /// Saves a checkpoint beside the newest, which is of the same step: a run goes on from there, and
  /// one that is overwritten is gone by then.
  void save_beside(const std::filesystem::path& file, const Training& training, std::int64_t n_done,
                   MetricsLog& log);
  void keep(const Training& training, std::int64_t n_done, MetricsLog& log);
  bool watch(const Training& training, std::int64_t n_done, MetricsLog& log);
  /// Removes what is left of a run that is overwritten.
  void remove_forgotten();

  LoopOptions options_;
  RunDirectory directory_;
  std::set<std::filesystem::path> forgotten_;  // other checkpoints of a run that is overwritten
  std::int64_t n_saved_ = -1;                  // the step of the newest checkpoint of this start
};

}  // namespace transformer
