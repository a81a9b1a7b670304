// What a training run writes down while it trains.
#pragma once

#include <filesystem>
#include <initializer_list>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "src/io/file.hpp"

namespace transformer {

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

  /// Returns when the disk has all lines. Throws (io).
  void sync();

 private:
  void shorten();

  File file_;
  Index last_step_;
  bool waits_;
  std::string line_, kept_;
};

/// A line of a log: a step and what was written down of it. A number that was not finite is left
/// out.
struct LoggedStep {
  Index step = 0;
  std::map<std::string, double> metrics;
};

/// The newest number `name` in the lines up to `last_step`; nothing where there is none, or no log.
std::optional<double> newest_metric(const std::filesystem::path& path, Index last_step,
                                    std::string_view name);

/// All lines of a log. Throws Error: no_input where there is none, bad_data for a line that is none
/// of a log.
std::vector<LoggedStep> read_metrics(const std::filesystem::path& path);

}  // namespace transformer
