// What the programs measured, collected over their runs.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace transformer::bench {

/// One program's result for one piece of work.
struct Measurement {
  double seconds = 0.0;
  std::map<std::string, double> counters;  ///< flops, bytes, ...; see programs.hpp.

  /// 0 where the program did not count this.
  double counter(const std::string& name) const;
};

/// All results of all runs.
class Measurements {
 public:
  /// Adds a run: a file as Google Benchmark writes it. Throws Error (bad_data).
  void read(const std::filesystem::path& path, const std::string& contender);

  /// The medians over the runs; nothing where this contender did not do this work.
  std::optional<Measurement> of(const std::string& work, const std::string& contender) const;
  /// What a program says of itself under this key; nothing where none says it.
  std::optional<std::string> remark(const std::string& key) const;
  /// What was measured, in the order in which it was first seen.
  const std::vector<std::string>& works() const { return works_; }

 private:
  std::vector<std::string> works_;
  std::map<std::string, std::string> remarks_;
  std::map<std::pair<std::string, std::string>, std::vector<Measurement>> runs_;
};

/// The middle of the sorted numbers, or the mean of the two in the middle. There is one at least.
double median(std::vector<double> numbers);

}  // namespace transformer::bench
