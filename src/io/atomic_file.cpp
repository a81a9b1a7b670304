#include "src/io/atomic_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <string>
#include <system_error>
#include <utility>

namespace transformer {
namespace {

constexpr std::string_view temporary_suffix = ".tmp.";

std::filesystem::path temporary_beside(const std::filesystem::path& path) {
  // Refuse now what rename(2) would refuse after all the work.
  std::error_code ignored;
  if (path.filename().empty() || std::filesystem::is_directory(path, ignored)) {
    errno = EISDIR;
    fail_with_errno(ExitCode::cannot_create, path.string(), "cannot create");
  }
  return path.string() + std::string(temporary_suffix) + std::to_string(getpid());
}

void sync_folder_of(const std::filesystem::path& path) {
  const std::filesystem::path parent = path.parent_path();
  const File folder(parent.empty() ? "." : parent, O_RDONLY | O_DIRECTORY, ExitCode::io);
  // Some file systems cannot sync a folder and say so with EINVAL; they need no telling.
  while (::fsync(folder.descriptor()) == -1 && errno != EINVAL) {
    if (errno != EINTR) fail_with_errno(ExitCode::io, folder.name(), "cannot write to the disk");
  }
}

}  // namespace

AtomicFile::AtomicFile(std::filesystem::path path)
    : path_(std::move(path)),
      temporary_(temporary_beside(path_)),
      file_(temporary_, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW, ExitCode::cannot_create,
            path_.string()) {}

AtomicFile::~AtomicFile() {
  if (!renamed_) ::unlink(temporary_.c_str());
}

void AtomicFile::commit() {
  // The bytes must be on the disk before the name is, and the name before anyone counts on it.
  file_.sync();
  file_.close();
  if (std::rename(temporary_.c_str(), path_.c_str()) == -1) {
    fail_with_errno(ExitCode::io, path_.string(), "cannot replace");
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

}  // namespace transformer
