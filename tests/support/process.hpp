// Running a program as its user does: arguments in; text, exit code and signals out.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace transformer::test {

/// Where one of the program's streams goes.
enum class Stream {
  text,         ///< Given, or kept for the test to read.
  closed,       ///< Not open at all, as after `>&-`.
  full,         ///< To /dev/full, where every write fails.
  reader_gone,  ///< To a pipe that nobody reads.
  terminal,     ///< To a terminal of 80 columns; kept as well.
};

/// How to start a program.
struct Launch {
  std::vector<std::string> arguments = {};
  std::map<std::string, std::string> environment = {};  ///< Beside what the test itself has.
  std::string input = {};                               ///< Its standard input.
  Stream in = Stream::text, out = Stream::text, err = Stream::text;
  std::vector<int> ignored_signals =
      {};                         ///< As nohup(1) ignores SIGHUP; others have their default.
  double timeout_seconds = 60.0;  ///< After which it is killed.
};

/// What came of it.
struct Outcome {
  int exit_code = 0;  ///< As a shell has it: 128 + n where signal n ended the program.
  std::string out, err;
  bool timed_out = false;
};

/// A program that runs beside the test, until it ends or this object does.
class Process {
 public:
  Process(const std::filesystem::path& program, const Launch& launch);
  ~Process();
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  pid_t id() const { return id_; }
  void send(int signal) const;
  /// Waits until standard error has `text` in it; false where the program ended without it.
  bool says(std::string_view text);
  /// Waits for the end.
  Outcome wait();

 private:
  /// What the program writes to, and what was read of it.
  struct Channel {
    int file = -1;
    bool is_terminal = false;
    std::string text;

    void read_what_there_is();
  };

  int open_stream(Stream stream, Channel& channel);
  bool has_ended();
  void read_what_there_is();

  pid_t id_ = -1;
  int status_ = 0;
  bool ended_ = false;
  double deadline_ = 0.0;
  bool timed_out_ = false;
  Channel out_, err_;
  int terminal_ = -1;  // the program's end of it, held open so that nothing is lost
};

/// Runs a program to its end.
Outcome run(const std::filesystem::path& program, const Launch& launch);

/// False where the system offers no pseudo-terminals, as in a bare container: tests of
/// Stream::terminal are skipped there, with a message.
bool has_terminals();

}  // namespace transformer::test
