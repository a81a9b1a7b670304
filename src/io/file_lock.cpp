#include "src/io/file_lock.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>

namespace transformer {
namespace {

std::string this_process() {
  std::array<char, 256> host{};
  gethostname(host.data(), host.size() - 1);
  return fmt::format("process {} on {}", getpid(), host.data());
}

}  // namespace

FileLock::FileLock(const std::filesystem::path& path, const std::string& advice)
    : path_(path), advice_(advice) {
  lock();
}

void FileLock::lock() {
  // Another file that a link leads to must not be emptied.
  File file(path_, O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK, ExitCode::cannot_create);
  if (!file.is_regular()) {
    fail(ExitCode::cannot_create, "{}: is not a regular file; remove it", file.name());
  }
  // flock(2) and not a file with a process number: the kernel releases it, even after kill -9.
  while (flock(file.descriptor(), LOCK_EX | LOCK_NB) == -1) {
    if (errno == EINTR) continue;
    if (errno != EWOULDBLOCK) {
      fail_with_errno(ExitCode::cannot_create, file.name(), "cannot lock");
    }
    fail(ExitCode::busy, "{}: {} {}", path_.parent_path().string(), file.read_rest(), advice_);
  }
  file.shorten(0);
  file.write(this_process());
  file_.emplace(std::move(file));
}

bool FileLock::is_in_place() const {
  struct stat ours {
  }, there{};
  return fstat(file_->descriptor(), &ours) == 0 && stat(path_.c_str(), &there) == 0 &&
         ours.st_ino == there.st_ino && ours.st_dev == there.st_dev;
}

void FileLock::hold_on() {
  if (!is_in_place()) lock();
}

}  // namespace transformer
