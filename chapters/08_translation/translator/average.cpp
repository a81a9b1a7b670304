// The average of a run's last checkpoints, as a run of its own. It translates better than each of
// them: what the noise of single steps did to the parameters cancels (section 6.1 averages the last
// five).
#include <filesystem>
#include <map>

#include "chapters/08_translation/trained_model.hpp"
#include "chapters/08_translation/translator/commands.hpp"
#include "src/base/error.hpp"
#include "src/run/output.hpp"

namespace transformer {
namespace {

namespace fs = std::filesystem;

/// What two checkpoints of one run have in common: all but where each of them stood.
Metadata settings_of(const Checkpoint& checkpoint) {
  Metadata settings = checkpoint.metadata();
  for (const std::string& name : entry::position) settings.erase(name);
  return settings;
}

/// Puts the average of the checkpoints, which must have these settings, into the model.
void average(const std::map<std::int64_t, fs::path>& kept, const RunPaths& run,
             const Metadata& settings, TrainedModel& trained) {
  const std::span<float> values = trained.store.values();
  std::vector<double> sums(values.size());
  for (const auto& [step, file] : kept) {
    const Checkpoint checkpoint(file);
    if (settings_of(checkpoint) != settings) {
      fail(ExitCode::bad_data, "{}: was made with other settings than {}; remove it", file.string(),
           run.checkpoint.string());
    }
    trained.load(checkpoint);
    for (size_t i = 0; i < sums.size(); ++i) sums[i] += double{values[i]};
  }
  for (size_t i = 0; i < sums.size(); ++i) {
    values[i] = static_cast<float>(sums[i] / static_cast<double>(kept.size()));
  }
}

/// An average takes the place of an average, but not of what was trained.
void require_no_training(const RunPaths& into) {
  std::error_code ignored;
  if (!fs::exists(into.checkpoint, ignored)) return;
  if (Checkpoint(into.checkpoint).has(entry::averaged)) return;
  fail(ExitCode::usage, "{}: is the checkpoint of a training; give --into another folder",
       into.checkpoint.string());
}

/// What was held out of a run's text judges the average, too.
void copy_pairs(const TranslatorPaths& run, const TranslatorPaths& into) {
  std::error_code error;
  if (!fs::exists(run.pairs, error)) return;
  fs::copy(run.pairs, into.pairs,
           fs::copy_options::recursive | fs::copy_options::overwrite_existing, error);
  if (!error) return;
  fail(ExitCode::io, "{}: cannot copy {} to it: {}; check the folder", into.pairs.string(),
       run.pairs.string(), error.message());
}

}  // namespace

int average_command(const AverageOptions& options) {
  const TranslatorPaths run(options.run);
  std::error_code ignored;
  if (fs::equivalent(options.run, options.into, ignored)) {
    fail(ExitCode::usage, "--into must be another folder than --run: a run is not changed");
  }
  const Checkpoint newest(run.checkpoint);
  const Metadata settings = settings_of(newest);
  TrainedModel trained(run, newest);
  // Those after the newest belong to a run that was overwritten.
  std::map<std::int64_t, fs::path> kept = run.all_kept(newest.integer(entry::step));
  if (kept.size() < 2) {
    fail(ExitCode::no_input, "{}: {} kept checkpoints; train with --keep-every",
         options.run.string(), kept.size());
  }
  while (std::ssize(kept) > options.n_last) kept.erase(kept.begin());

  const RunDirectory into(options.into);
  require_no_training(into.paths());
  average(kept, run, settings, trained);
  copy_pairs(run, TranslatorPaths(options.into));
  Metadata metadata = newest.metadata();
  metadata[entry::averaged] = std::to_string(kept.size());
  save_checkpoint(into.paths().checkpoint, trained.store, metadata, trained.companions());
  print_out("{}: the average of {} checkpoints, steps {} to {}\n",
            printable(into.paths().checkpoint.string()), kept.size(), kept.begin()->first,
            kept.rbegin()->first);
  return 0;
}

}  // namespace transformer
