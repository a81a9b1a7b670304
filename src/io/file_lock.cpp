#include "src/io/file_lock.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
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
    : file_(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK, ExitCode::cannot_create) {
  if (!file_.is_regular()) {
    fail(ExitCode::cannot_create, "{}: is not a regular file; remove it", file_.name());
  }
  // flock(2) and not a file with a process number: the kernel releases it, even after kill -9.
  while (flock(file_.descriptor(), LOCK_EX | LOCK_NB) == -1) {
    if (errno == EINTR) continue;
    if (errno != EWOULDBLOCK) {
      fail_with_errno(ExitCode::cannot_create, file_.name(), "cannot lock");
    }
    fail(ExitCode::busy, "{}: {} {}", path.parent_path().string(), file_.read_rest(), advice);
  }
  file_.shorten(0);
  file_.write(this_process());
}

}  // namespace transformer
