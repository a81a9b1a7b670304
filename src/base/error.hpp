// The one exception type for everything that a user can cause, and the exit codes of the programs.
#pragma once

#include <fmt/format.h>

#include <stdexcept>
#include <string>
#include <utility>

namespace transformer {

/// What a program exits with. The numbers from 65 on are those of BSD's sysexits.h.
enum class ExitCode : int {
  ok = 0,
  check_failed = 1,    ///< A reference check found a difference.
  usage = 2,           ///< Unknown flag, missing argument, value out of range.
  diverged = 3,        ///< Training produced numbers that are not finite.
  bad_data = 65,       ///< An input file has wrong content.
  no_input = 66,       ///< An input file is missing or cannot be read.
  internal = 70,       ///< No memory or threads, or a broken promise of our own code.
  cannot_create = 73,  ///< An output file or folder cannot be created.
  io = 74,             ///< Writing or reading failed half way.
  busy = 75,           ///< Another program holds the run folder.
};

/// Says what went wrong, where, and what to do about it, in one line; carries the exit code.
class Error : public std::runtime_error {
 public:
  Error(ExitCode code, const std::string& message) : std::runtime_error(message), code_(code) {}
  ExitCode code() const { return code_; }

 private:
  ExitCode code_;
};

/// Throws an `Error` with a formatted message.
template <class... Arguments>
[[noreturn]] void fail(ExitCode code, fmt::format_string<Arguments...> format,
                       Arguments&&... arguments) {
  throw Error(code, fmt::format(format, std::forward<Arguments>(arguments)...));
}

/// The same of a training whose numbers lead nowhere: the message says where, and what came of it.
template <class... Arguments>
[[noreturn]] void fail_diverged(fmt::format_string<Arguments...> format, Arguments&&... arguments) {
  fail(ExitCode::diverged, "training diverged: {}; train anew with a smaller --learning-rate-scale",
       fmt::format(format, std::forward<Arguments>(arguments)...));
}

}  // namespace transformer
