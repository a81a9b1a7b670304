// An open file of the system, for the few programs that must know what reached it.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>

#include "src/base/error.hpp"
#include "src/base/index.hpp"

namespace transformer {

/// Throws an `Error`: `name`, what failed, the system's reason (`errno`) and what to do about it.
[[noreturn]] void fail_with_errno(ExitCode code, std::string_view name, std::string_view what);

/// A file descriptor that closes itself. Calls that a signal interrupts are repeated, short writes
/// are continued, and every failure becomes an `Error` that names the file.
class File {
 public:
  /// Opens a file with the flags of open(2). `name` is what messages call it, the path if empty.
  File(const std::filesystem::path& path, int flags, ExitCode code_if_refused,
       std::string name = {});
  /// Opens an existing file for reading; "-" is standard input. A missing file, one without
  /// permission and a folder are errors with `ExitCode::no_input`.
  static File for_reading(const std::filesystem::path& path);
  /// The same of a file that cannot be a pipe or a device, which are errors (no_input), too, and
  /// never waited for.
  static File regular(const std::filesystem::path& path);
  /// Opens a file, creates it where it is missing, and writes at its end whatever was read before.
  /// A pipe is refused (cannot_create): one that nobody reads would hold the writer up.
  static File for_appending(const std::filesystem::path& path);

  ~File();
  File(File&& other) noexcept;
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  File& operator=(File&&) = delete;

  int descriptor() const { return descriptor_; }
  /// False for a pipe, a device, a terminal: what cannot be read twice.
  bool is_regular() const;
  const std::string& name() const { return name_; }

  /// Reads up to `bytes.size()` bytes and returns how many came; 0 only at the end of the file.
  Index read(std::span<std::byte> bytes);
  /// All bytes up to the end of the file.
  std::string read_rest();
  /// Writes all of `bytes`, or throws (io).
  void write(std::span<const std::byte> bytes);
  void write(std::string_view text) { write(std::as_bytes(std::span(text))); }
  /// Leaves the first `n_bytes` bytes of the file, or throws (io).
  void shorten(Index n_bytes);
  /// Returns when the disk has what was written, or throws (io).
  void sync();
  /// Closes the file and throws (io) where the system reports only now that writing failed.
  void close();

 private:
  File(int descriptor, std::string name);
  static File standard_input();
  mode_t kind() const;
  void refuse_folder() const;

  int descriptor_ = -1;
  std::string name_;
};

}  // namespace transformer
