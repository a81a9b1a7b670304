#include "src/io/file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <system_error>
#include <utility>

namespace transformer {
namespace {

const char* advice_for(int error) {
  switch (error) {
    case ENOENT:
    case ENOTDIR:
    case ELOOP:
      return "check the path";
    case EACCES:
    case EPERM:
    case EROFS:
      return "check the permissions, or choose another place";
    case EISDIR:
      return "name a file, not a folder";
    case ENOSPC:
    case EDQUOT:
    case EFBIG:
      return "free some space, or choose another place";
    case EBADF:
      return "it is closed: open it";
    case EPIPE:
      return "keep its reader running";
    default:
      return "check the disk, or choose another place";
  }
}

// The most bytes of one call: some systems refuse 2 GiB.
constexpr size_t max_bytes_per_call = size_t{1} << 30;

// Repeats a system call for as long as signals interrupt it.
template <class Call>
auto uninterrupted(Call&& call) {
  auto result = call();
  while (result == -1 && errno == EINTR) result = call();
  return result;
}

}  // namespace

void fail_with_errno(ExitCode code, std::string_view name, std::string_view what) {
  const int error = errno;
  fail(code, "{}: {}: {}; {}", name, what, std::generic_category().message(error),
       advice_for(error));
}

File::File(const std::filesystem::path& path, int flags, ExitCode code_if_refused, std::string name)
    : name_(name.empty() ? path.string() : std::move(name)) {
  descriptor_ = uninterrupted([&] { return ::open(path.c_str(), flags | O_CLOEXEC, 0666); });
  if (descriptor_ == -1) {
    const bool writes = (flags & O_ACCMODE) != O_RDONLY;
    fail_with_errno(code_if_refused, name_, writes ? "cannot create" : "cannot open");
  }
}

File::File(int descriptor, std::string name) : descriptor_(descriptor), name_(std::move(name)) {}

// Not the file /dev/stdin: it cannot be opened where standard input is a socket.
File File::standard_input() {
  const int flags = fcntl(STDIN_FILENO, F_GETFL);
  const bool is_readable = flags != -1 && (flags & O_ACCMODE) != O_WRONLY;
  File file(is_readable ? fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0) : -1, "standard input");
  if (!is_readable) errno = EBADF;
  if (file.descriptor_ == -1) fail_with_errno(ExitCode::no_input, file.name_, "cannot read");
  return file;
}

mode_t File::kind() const {
  struct stat status {};
  return fstat(descriptor_, &status) == 0 ? status.st_mode & S_IFMT : 0;
}

bool File::is_regular() const { return kind() == S_IFREG; }

File File::for_reading(const std::filesystem::path& path) {
  File file = path == "-" ? standard_input() : File(path, O_RDONLY, ExitCode::no_input);
  file.refuse_folder();
  return file;
}

File File::regular(const std::filesystem::path& path) {
  // Without O_NONBLOCK, open(2) waits for somebody who writes into the pipe.
  File file(path, O_RDONLY | O_NONBLOCK, ExitCode::no_input);
  file.refuse_folder();
  if (file.is_regular()) return file;
  fail(ExitCode::no_input, "{}: is not a regular file; copy it to one", file.name_);
}

void File::refuse_folder() const {
  if (kind() != S_IFDIR) return;
  fail(ExitCode::no_input, "{}: is a folder; name a file in it", name_);
}

File File::for_appending(const std::filesystem::path& path) {
  File file(path, O_RDWR | O_CREAT | O_APPEND | O_NONBLOCK, ExitCode::cannot_create);
  if (file.kind() != S_IFIFO) return file;
  fail(ExitCode::cannot_create, "{}: is a pipe; choose another name, or remove it", file.name_);
}

File::~File() {
  if (descriptor_ != -1) ::close(descriptor_);
}

File::File(File&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)), name_(std::move(other.name_)) {}

Index File::read(std::span<std::byte> bytes) {
  bytes = bytes.first(std::min(bytes.size(), max_bytes_per_call));
  const Index n = uninterrupted([&] { return ::read(descriptor_, bytes.data(), bytes.size()); });
  if (n == -1) fail_with_errno(ExitCode::io, name_, "cannot read");
  return n;
}

std::string File::read_rest() {
  std::string text;
  std::array<std::byte, 4096> buffer;
  while (const Index n = read(buffer)) {
    text.append(reinterpret_cast<const char*>(buffer.data()), static_cast<size_t>(n));
  }
  return text;
}

void File::write(std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    const size_t n_wanted = std::min(bytes.size(), max_bytes_per_call);
    const Index n = uninterrupted([&] { return ::write(descriptor_, bytes.data(), n_wanted); });
    if (n == -1) fail_with_errno(ExitCode::io, name_, "cannot write");
    bytes = bytes.subspan(static_cast<size_t>(n));
  }
}

void File::shorten(Index n_bytes) {
  const auto size = static_cast<off_t>(n_bytes);
  if (uninterrupted([&] { return ::ftruncate(descriptor_, size); }) == -1) {
    fail_with_errno(ExitCode::io, name_, "cannot shorten");
  }
}

void File::sync() {
#ifdef F_FULLFSYNC  // On macOS, fsync leaves the data in the cache of the disk.
  if (fcntl(descriptor_, F_FULLFSYNC) == 0) return;
#endif
  if (uninterrupted([&] { return ::fsync(descriptor_); }) == -1) {
    fail_with_errno(ExitCode::io, name_, "cannot write to the disk");
  }
}

void File::close() {
  // After close(2) the descriptor is gone, whatever it returns: never close twice.
  if (::close(std::exchange(descriptor_, -1)) == -1 && errno != EINTR) {
    fail_with_errno(ExitCode::io, name_, "cannot finish writing");
  }
}

}  // namespace transformer
