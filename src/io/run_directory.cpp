#include "src/io/run_directory.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <cmath>
#include <iterator>
#include <system_error>
#include <utility>

#include "src/io/atomic_file.hpp"

namespace transformer {
namespace {

const std::filesystem::path& created(const std::filesystem::path& folder) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  std::error_code ignored;
  if (!std::filesystem::is_directory(folder, ignored)) {
    errno = error ? error.value() : ENOTDIR;
    fail_with_errno(ExitCode::cannot_create, folder.string(), "cannot create the folder");
  }
  return folder;
}

std::string read_all(File& file) {
  std::string text;
  std::array<std::byte, 4096> buffer;
  while (const Index n = file.read(buffer)) {
    text.append(reinterpret_cast<const char*>(buffer.data()), static_cast<size_t>(n));
  }
  return text;
}

std::string this_process() {
  std::array<char, 256> host{};
  gethostname(host.data(), host.size() - 1);
  return fmt::format("process {} on {}", getpid(), host.data());
}

// The number in `{"step":N,...}`, or -1 for any other line.
Index step_of(std::string_view line) {
  constexpr std::string_view start = R"({"step":)";
  Index step = -1;
  if (!line.starts_with(start) || !line.ends_with('}')) return -1;
  std::from_chars(line.data() + start.size(), line.data() + line.size(), step);
  return step;
}

// How many bytes of `text` are whole lines up to and including `last_step`.
size_t bytes_until(std::string_view text, Index last_step) {
  size_t begin = 0;
  for (size_t end; (end = text.find('\n', begin)) != std::string_view::npos; begin = end + 1) {
    const Index step = step_of(text.substr(begin, end - begin));
    if (step < 0 || step > last_step) break;
  }
  return begin;
}

}  // namespace

RunDirectory::RunDirectory(const std::filesystem::path& folder)
    : paths_(created(folder)), lock_(paths_.lock, O_RDWR | O_CREAT, ExitCode::cannot_create) {
  take_lock();
  remove_stale_temporaries();
  // An old lock file may be writable where nothing new is: try what a save will do.
  const AtomicFile attempt(paths_.checkpoint);
}

void RunDirectory::take_lock() {
  // flock(2) and not a file with a process number: the kernel releases it, even after kill -9.
  while (flock(lock_.descriptor(), LOCK_EX | LOCK_NB) == -1) {
    if (errno == EINTR) continue;
    if (errno != EWOULDBLOCK) {
      fail_with_errno(ExitCode::cannot_create, lock_.name(), "cannot lock");
    }
    fail(ExitCode::busy, "{}: {} trains in this folder; wait for it, or choose another folder",
         paths_.folder.string(), read_all(lock_));
  }
  if (ftruncate(lock_.descriptor(), 0) == -1) {
    fail_with_errno(ExitCode::cannot_create, lock_.name(), "cannot write");
  }
  lock_.write(this_process());
}

void RunDirectory::remove_stale_temporaries() const {
  for (const auto& entry : std::filesystem::directory_iterator(paths_.folder)) {
    for (const auto& path : {paths_.checkpoint, paths_.vocabulary, paths_.attention}) {
      std::error_code ignored;
      if (is_temporary_of(path, entry.path())) std::filesystem::remove(entry.path(), ignored);
    }
  }
}

MetricsLog::MetricsLog(const std::filesystem::path& path, Index last_step, Replace when)
    : file_(path, O_RDWR | O_CREAT | O_APPEND, ExitCode::cannot_create),
      last_step_(last_step),
      waits_(when == Replace::when_told) {
  line_.reserve(1000);
  if (!waits_) shorten();
}

void MetricsLog::replace() {
  if (!std::exchange(waits_, false)) return;
  shorten();
  file_.write(kept_);
  kept_ = {};
}

void MetricsLog::shorten() {
  // A pipe or a device keeps no lines.
  if (!std::filesystem::is_regular_file(file_.name())) return;
  const size_t n_bytes = bytes_until(read_all(file_), last_step_);
  if (ftruncate(file_.descriptor(), static_cast<off_t>(n_bytes)) == -1) {
    fail_with_errno(ExitCode::io, file_.name(), "cannot shorten");
  }
}

void MetricsLog::append(Index step, std::initializer_list<Metric> metrics) {
  line_.clear();
  const auto out = std::back_inserter(line_);
  fmt::format_to(out, R"({{"step":{})", step);
  for (const Metric& metric : metrics) {
    if (std::isfinite(metric.value)) {
      fmt::format_to(out, R"(,"{}":{})", metric.name, metric.value);
    } else {
      fmt::format_to(out, R"(,"{}":null)", metric.name);
    }
  }
  line_ += "}\n";
  if (waits_) {
    kept_ += line_;
  } else {
    file_.write(line_);
  }
}

}  // namespace transformer
