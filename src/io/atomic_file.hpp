// Replacing a file so that, whatever happens, either the old or the new one is there, complete.
#pragma once

#include <filesystem>
#include <span>
#include <string_view>

#include "src/io/file.hpp"

namespace transformer {

/// Writes to a temporary file beside `path`; `commit` brings it to the disk and gives it the name
/// and the permissions of the old file. Until it has the name, whatever fails, the old file stays
/// as it was. Where `path` is a symbolic link it stays one: the file that it leads to is replaced.
/// A temporary that was not committed is removed; kill -9 can leave one behind, which
/// `is_temporary_of` recognises.
class AtomicFile {
 public:
  /// Throws (cannot_create) when the folder is missing or may not be written, or when `path` is
  /// something else than a regular file: a folder, a device, a pipe.
  explicit AtomicFile(const std::filesystem::path& path);
  ~AtomicFile();
  AtomicFile(const AtomicFile&) = delete;
  AtomicFile& operator=(const AtomicFile&) = delete;

  /// Throws (io) when not everything could be written.
  void write(std::span<const std::byte> bytes) { file_.write(bytes); }
  void write(std::string_view text) { file_.write(text); }

  /// Syncs the file, renames it, syncs the folder. Throws (io) when one of these fails.
  void commit();

 private:
  std::filesystem::path path_;  // behind all links
  std::filesystem::path temporary_;
  File file_;
  bool renamed_ = false;
};

/// Replaces the file `path` by `text`. Errors as in `AtomicFile`.
void replace_file(const std::filesystem::path& path, std::string_view text);

/// Brings the names in the folder of `path` to the disk. Throws Error (io).
void sync_folder_of(const std::filesystem::path& path);

/// True for the name of a temporary file that an `AtomicFile` for `path` would use in any process.
bool is_temporary_of(const std::filesystem::path& path, const std::filesystem::path& candidate);

/// Removes what kill -9 left of the file that a symbolic link leads to, beside that file, as far as
/// it can.
void remove_temporaries_behind(const std::filesystem::path& link) noexcept;

}  // namespace transformer
