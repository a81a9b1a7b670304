// The folder of one training run.
#pragma once

#include <cstdint>
#include <filesystem>
#include <limits>
#include <map>
#include <string>
#include <vector>

#include "src/io/file_lock.hpp"

namespace transformer {

/// Where a run keeps what. Looking at a run needs no more than this.
struct RunPaths {
  explicit RunPaths(const std::filesystem::path& run)
      : folder(run),
        checkpoint(run / "checkpoint.safetensors"),
        best(run / "best.safetensors"),
        log(run / "log.jsonl"),
        lock(run / "lock") {}

  /// A checkpoint that is kept beside the newest: that of a step.
  std::filesystem::path kept(std::int64_t step) const {
    return folder / ("checkpoint-" + std::to_string(step) + ".safetensors");
  }
  /// Those that are there, up to that of step `last`, by their steps. Throws Error (no_input) where
  /// the folder cannot be read.
  std::map<std::int64_t, std::filesystem::path> all_kept(
      std::int64_t last = std::numeric_limits<std::int64_t>::max()) const;

  std::filesystem::path folder;
  std::filesystem::path checkpoint;
  std::filesystem::path best;  ///< The checkpoint with the best validation so far.
  std::filesystem::path log;
  std::filesystem::path lock;
};

/// A run's folder, held by one trainer. Made at the start, so that a place where nothing can be
/// written is found before the training and not after it.
class RunDirectory {
 public:
  /// Creates the folder where it is missing, locks it until this object goes (or the process ends,
  /// however it ends), removes what a killed save of any of its files left behind, and tries to
  /// write the checkpoint, the log, the checkpoints that are kept, and the `needed` files, which
  /// the run will write; not those that are only `wished` for. Throws Error: cannot_create, or busy
  /// with the number of the process that holds the lock.
  explicit RunDirectory(const std::filesystem::path& folder,
                        const std::vector<std::filesystem::path>& needed = {},
                        const std::vector<std::filesystem::path>& wished = {});

  const RunPaths& paths() const { return paths_; }

  /// To be called before something is replaced: somebody may have removed the lock, and another
  /// trainer may have come. Throws Error (busy).
  void hold_on() const { lock_.hold_on(); }

 private:
  RunPaths paths_;
  mutable FileLock lock_;
};

}  // namespace transformer
