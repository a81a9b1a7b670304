// Code that runs in a process of its own, because it dies or must be killed there.
#pragma once

#include <signal.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <exception>
#include <filesystem>
#include <stdexcept>

namespace transformer::test {

/// A copy of this process that runs a function and exits with what it returns (99 when it throws).
class ChildProcess {
 public:
  template <class Function>
  explicit ChildProcess(Function&& function) : id_(fork()) {
    if (id_ == -1) throw std::runtime_error("cannot fork");
    if (id_ != 0) return;
    int code = 99;
    try {
      code = function();
    } catch (const std::exception& error) {
      std::fprintf(stderr, "in the child process: %s\n", error.what());
    }
    _exit(code);  // runs no destructor: what the parent owns is the parent's
  }
  ~ChildProcess() {
    if (id_ > 0) kill();
  }
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;

  pid_t id() const { return id_; }

  /// Waits for the end; the exit code, or 128 + the number of the signal that ended it.
  int wait() {
    int status = 0;
    waitpid(id_, &status, 0);
    id_ = -1;
    return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
  }
  /// Ends it as `kill -9` does, at whatever it is doing.
  int kill() {
    ::kill(id_, SIGKILL);
    return wait();
  }

 private:
  pid_t id_;
};

/// Runs `function` in a process of its own and returns what `ChildProcess::wait` does.
template <class Function>
int exit_code_of(Function&& function) {
  return ChildProcess(function).wait();
}

/// The same, in a process that works in `folder`.
template <class Function>
int exit_code_in(const std::filesystem::path& folder, Function&& function) {
  return exit_code_of([&] {
    std::filesystem::current_path(folder);
    return function();
  });
}

}  // namespace transformer::test
