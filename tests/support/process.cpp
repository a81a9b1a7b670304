#include "tests/support/process.hpp"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <stdexcept>
#include <thread>

extern char** environ;

namespace transformer::test {
namespace {

constexpr auto pause_between_looks = std::chrono::microseconds(300);

double now() {
  const auto since_start = std::chrono::steady_clock::now().time_since_epoch();
  return std::chrono::duration<double>(since_start).count();
}

int checked(int result, const char* what) {
  if (result == -1) throw std::runtime_error(std::string("cannot ") + what);
  return result;
}

/// A file without a name. Unlike a pipe it never makes the program wait for its reader.
int unnamed_file() {
  std::string pattern = (std::filesystem::temp_directory_path() / "stream.XXXXXX").string();
  const int file = checked(mkostemp(pattern.data(), O_CLOEXEC), "create a temporary file");
  unlink(pattern.c_str());
  return file;
}

int file_with(const std::string& text) {
  const int file = unnamed_file();
  for (size_t done = 0; done < text.size();) {
    done += static_cast<size_t>(
        checked(static_cast<int>(write(file, text.data() + done, text.size() - done)), "write"));
  }
  checked(static_cast<int>(lseek(file, 0, SEEK_SET)), "rewind");
  return file;
}

int pipe_without_reader() {
  std::array<int, 2> ends{};
  checked(pipe(ends.data()), "make a pipe");
  checked(fcntl(ends[1], F_SETFD, FD_CLOEXEC), "set up a pipe");
  close(ends[0]);
  return ends[1];
}

std::vector<char*> pointers_to(std::vector<std::string>& strings) {
  std::vector<char*> pointers;
  for (std::string& string : strings) pointers.push_back(string.data());
  pointers.push_back(nullptr);
  return pointers;
}

std::vector<std::string> environment_with(const std::map<std::string, std::string>& more) {
  std::vector<std::string> variables;
  for (char** variable = environ; *variable != nullptr; ++variable) {
    const std::string text = *variable;
    if (more.count(text.substr(0, text.find('='))) == 0) variables.push_back(text);
  }
  for (const auto& [name, value] : more) variables.push_back(name + "=" + value);
  return variables;
}

/// In the new process: stream `number` becomes `file`; -1 closes it.
void connect(int file, int number) {
  if (file == -1) {
    close(number);
  } else {
    dup2(file, number);
  }
}

void set_signals(const std::vector<int>& ignored) {
  for (const int number : {SIGINT, SIGTERM, SIGHUP, SIGPIPE, SIGQUIT}) signal(number, SIG_DFL);
  for (const int number : ignored) signal(number, SIG_IGN);
}

struct Terminal {
  int ours = -1, theirs = -1;
};

Terminal make_terminal() {
  Terminal terminal;
  terminal.ours = checked(posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC), "make a terminal");
  checked(grantpt(terminal.ours), "make a terminal");
  checked(unlockpt(terminal.ours), "make a terminal");
  terminal.theirs =
      checked(open(ptsname(terminal.ours), O_RDWR | O_NOCTTY | O_CLOEXEC), "open a terminal");
  const winsize size{24, 80, 0, 0};
  checked(ioctl(terminal.theirs, TIOCSWINSZ, &size), "size a terminal");
  checked(fcntl(terminal.ours, F_SETFL, O_NONBLOCK), "set up a terminal");
  return terminal;
}

}  // namespace

int Process::open_stream(Stream stream, Channel& channel) {
  switch (stream) {
    case Stream::closed:
      return -1;
    case Stream::full:
      return checked(open("/dev/full", O_WRONLY | O_CLOEXEC), "open /dev/full");
    case Stream::reader_gone:
      return pipe_without_reader();
    case Stream::terminal: {
      const Terminal terminal = make_terminal();
      channel = {terminal.ours, true, {}};
      return terminal_ = terminal.theirs;
    }
    default:
      return channel.file = unnamed_file();
  }
}

Process::Process(const std::filesystem::path& program, const Launch& launch)
    : deadline_(now() + launch.timeout_seconds) {
  // Make all that the new process needs: between fork and exec little is allowed.
  const int in = launch.in == Stream::closed ? -1 : file_with(launch.input);
  const int out = open_stream(launch.out, out_);
  const int err = open_stream(launch.err, err_);
  std::vector<std::string> arguments = launch.arguments;
  arguments.insert(arguments.begin(), program.string());
  std::vector<std::string> environment = environment_with(launch.environment);
  const std::vector<char*> argv = pointers_to(arguments), envp = pointers_to(environment);

  id_ = checked(fork(), "fork");
  if (id_ == 0) {
    set_signals(launch.ignored_signals);
    connect(in, STDIN_FILENO);
    connect(out, STDOUT_FILENO);
    connect(err, STDERR_FILENO);
    execve(argv[0], argv.data(), envp.data());
    _exit(127);
  }
  for (const int file : {in, out, err}) {
    if (file != -1 && file != out_.file && file != err_.file && file != terminal_) close(file);
  }
}

Process::~Process() {
  if (!ended_) {
    send(SIGKILL);
    waitpid(id_, &status_, 0);
  }
  for (const int file : {out_.file, err_.file, terminal_}) {
    if (file != -1) close(file);
  }
}

void Process::send(int signal) const { kill(id_, signal); }

bool Process::has_ended() {
  if (ended_) return true;
  if (now() > deadline_ && !timed_out_) {
    timed_out_ = true;
    send(SIGKILL);
  }
  ended_ = waitpid(id_, &status_, WNOHANG) == id_;
  return ended_;
}

void Process::Channel::read_what_there_is() {
  if (file == -1) return;
  std::array<char, 4096> buffer;
  for (;;) {
    // A file is read at a place of our own: the one that it has is the writer's, too.
    const ssize_t n =
        is_terminal ? read(file, buffer.data(), buffer.size())
                    : pread(file, buffer.data(), buffer.size(), static_cast<off_t>(text.size()));
    if (n <= 0) return;
    text.append(buffer.data(), static_cast<size_t>(n));
  }
}

void Process::read_what_there_is() {
  out_.read_what_there_is();
  err_.read_what_there_is();
}

bool Process::says(std::string_view text) {
  for (;;) {
    const bool ended = has_ended();  // before reading: what was said before the end is read
    read_what_there_is();
    if (err_.text.find(text) != std::string::npos) return true;
    if (ended) return false;
    std::this_thread::sleep_for(pause_between_looks);
  }
}

Outcome Process::wait() {
  while (!has_ended()) {
    read_what_there_is();
    std::this_thread::sleep_for(pause_between_looks);
  }
  read_what_there_is();
  const int code = WIFSIGNALED(status_) ? 128 + WTERMSIG(status_) : WEXITSTATUS(status_);
  return {code, out_.text, err_.text, timed_out_};
}

Outcome run(const std::filesystem::path& program, const Launch& launch) {
  return Process(program, launch).wait();
}

bool has_terminals() {
  const int terminal = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
  if (terminal >= 0) close(terminal);
  return terminal >= 0;
}

}  // namespace transformer::test
