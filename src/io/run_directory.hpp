// The folder of one training run: its files, its lock, and its log of metrics.
#pragma once

#include <filesystem>
#include <initializer_list>
#include <string>
#include <string_view>

#include "src/io/file.hpp"

namespace transformer {

/// Where a run keeps what. Looking at a run needs no more than this.
struct RunPaths {
  explicit RunPaths(const std::filesystem::path& run)
      : folder(run),
        checkpoint(run / "checkpoint.safetensors"),
        vocabulary(run / "vocabulary.txt"),
        log(run / "log.jsonl"),
        attention(run / "attention.svg"),
        lock(run / "lock") {}

  std::filesystem::path folder;
  std::filesystem::path checkpoint;
  std::filesystem::path vocabulary;
  std::filesystem::path log;
  std::filesystem::path attention;
  std::filesystem::path lock;
};

/// A run's folder, held by one trainer. Made at the start, so that a place where nothing can be
/// written is found before the training and not after it.
class RunDirectory {
 public:
  /// Creates the folder where it is missing, tries to write in it, locks it until this object goes
  /// (or the process ends, however it ends), and removes what a killed save left behind. Throws
  /// Error: cannot_create, or busy with the number of the process that holds the lock.
  explicit RunDirectory(const std::filesystem::path& folder);

  const RunPaths& paths() const { return paths_; }

 private:
  void take_lock();
  void remove_stale_temporaries() const;

  RunPaths paths_;
  File lock_;
};

/// A name and a number of one line of the log.
struct Metric {
  std::string_view name;
  double value;
};

/// A text file with one JSON object a line, `{"step":20,"loss":3.25}`, in order of step. Every line
/// goes to the system at once and whole.
class MetricsLog {
 public:
  /// When the lines that are there make room for those of this run.
  enum class Replace {
    at_once,
    when_told,  ///< For a run that overwrites another: `replace` says that it did.
  };

  /// Opens or creates `path` and drops the lines after step `last_step`, which a resumed run is
  /// about to write again; 0 starts anew.
  explicit MetricsLog(const std::filesystem::path& path, Index last_step = 0,
                      Replace when = Replace::at_once);

  /// Writes one line; a number that is not finite becomes null. Throws (io), for example when the
  /// disk is full. Allocates nothing as long as the line is shorter than all before or 1000 bytes.
  /// Before `replace`, where that is waited for, the line is kept in memory.
  void append(Index step, std::initializer_list<Metric> metrics);

  /// Drops the old lines and writes those that were kept, where that was waited for.
  void replace();

 private:
  void shorten();

  File file_;
  Index last_step_;
  bool waits_;
  std::string line_, kept_;
};

}  // namespace transformer
