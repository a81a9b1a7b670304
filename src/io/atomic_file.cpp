#include "src/io/atomic_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <string>
#include <system_error>
#include <utility>

namespace transformer {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view temporary_suffix = ".tmp.";

[[noreturn]] void refuse(const fs::path& path, int error) {
  errno = error;
  fail_with_errno(ExitCode::cannot_create, path.string(), "cannot create");
}

/// The file that a chain of symbolic links leads to, whether it exists or not.
fs::path followed(const fs::path& path) {
  constexpr int most_links = 40;
  fs::path file = path;
  std::error_code error;
  for (int n = 0; fs::is_symlink(fs::symlink_status(file, error)); ++n) {
    if (n == most_links) refuse(path, ELOOP);
    const fs::path target = fs::read_symlink(file, error);
    if (error) refuse(path, error.value());
    file = file.parent_path() / target;
  }
  return file;
}

/// Only a regular file is replaced, or one made: rename(2) would put a file in the place of a
/// device or a pipe, too.
fs::path replaceable(const fs::path& path) {
  if (path.filename().empty()) refuse(path, EISDIR);
  const fs::path file = followed(path);
  std::error_code error;
  const fs::file_status status = fs::symlink_status(file, error);
  if (fs::is_directory(status)) refuse(path, EISDIR);
  if (status.type() == fs::file_type::none) refuse(path, error.value());
  if (fs::exists(status) && !fs::is_regular_file(status)) {
    fail(ExitCode::cannot_create, "{}: is not a regular file, and so is not replaced; {}",
         path.string(), "choose another name");
  }
  return file;
}

/// A new file beside `file`, of a name that nobody has: what has one is not ours to overwrite.
File new_temporary(const fs::path& file, const fs::path& path, fs::path& temporary) {
  constexpr int most_tries = 100;
  const std::string name = file.string() + std::string(temporary_suffix);
  for (int n = 1;; ++n) {
    temporary = name + std::to_string(getpid() + n - 1);
    try {
      return {temporary, O_WRONLY | O_CREAT | O_EXCL, ExitCode::cannot_create, path.string()};
    } catch (const Error&) {
      std::error_code ignored;
      const bool is_taken = fs::exists(fs::symlink_status(temporary, ignored));
      if (!is_taken || n == most_tries) throw;
    }
  }
}

fs::path folder_of(const fs::path& file) {
  const fs::path parent = file.parent_path();
  return parent.empty() ? "." : parent;
}

}  // namespace

void sync_folder_of(const std::filesystem::path& path) {
  const File folder(folder_of(path), O_RDONLY | O_DIRECTORY, ExitCode::io);
  // Some file systems cannot sync a folder and say so with EINVAL; they need no telling.
  while (::fsync(folder.descriptor()) == -1 && errno != EINVAL) {
    if (errno != EINTR) fail_with_errno(ExitCode::io, folder.name(), "cannot write to the disk");
  }
}

AtomicFile::AtomicFile(const std::filesystem::path& path)
    : path_(replaceable(path)), file_(new_temporary(path_, path, temporary_)) {
  struct stat old = {};
  constexpr mode_t permissions = 07777;
  if (::stat(path_.c_str(), &old) == 0) ::fchmod(file_.descriptor(), old.st_mode & permissions);
}

AtomicFile::~AtomicFile() {
  if (!renamed_) ::unlink(temporary_.c_str());
}

void AtomicFile::commit() {
  // The bytes must be on the disk before the name is, and the name before anyone counts on it.
  file_.sync();
  file_.close();
  if (std::rename(temporary_.c_str(), path_.c_str()) == -1) {
    fail_with_errno(ExitCode::io, file_.name(), "cannot replace");
  }
  renamed_ = true;
  sync_folder_of(path_);
}

void replace_file(const std::filesystem::path& path, std::string_view text) {
  AtomicFile file(path);
  file.write(text);
  file.commit();
}

bool is_temporary_of(const std::filesystem::path& path, const std::filesystem::path& candidate) {
  const std::string prefix = path.filename().string() + std::string(temporary_suffix);
  const std::string name = candidate.filename().string();
  return name.size() > prefix.size() && name.starts_with(prefix) &&
         name.find_first_not_of("0123456789", prefix.size()) == std::string::npos;
}

void remove_temporaries_behind(const std::filesystem::path& link) noexcept {
  std::error_code ignored;
  if (!fs::is_symlink(fs::symlink_status(link, ignored))) return;
  try {
    const fs::path file = followed(link);
    for (const fs::directory_entry& each : fs::directory_iterator(folder_of(file))) {
      if (is_temporary_of(file, each.path())) fs::remove(each.path(), ignored);
    }
  } catch (const std::exception&) {
    // A chain without end, or a folder that cannot be read: nothing to remove there.
  }
}

}  // namespace transformer
