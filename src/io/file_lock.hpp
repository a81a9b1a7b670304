// A file that says who works here.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "src/io/file.hpp"

namespace transformer {

/// A file that one process at a time holds. The system lets go of it when the process ends, however
/// it ends.
class FileLock {
 public:
  /// Creates the file where it is missing, locks it, and writes into it which process holds it.
  /// Throws Error: cannot_create; busy with the process that holds it and `advice` where another
  /// one does.
  FileLock(const std::filesystem::path& path, const std::string& advice);

  /// Locks it again where somebody has removed the file meanwhile, or put another one there. Throws
  /// Error as the constructor does.
  void hold_on();

 private:
  void lock();
  bool is_in_place() const;

  std::filesystem::path path_;
  std::string advice_;
  std::optional<File> file_;
};

}  // namespace transformer
