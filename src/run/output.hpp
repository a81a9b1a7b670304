// What the translator says: results on standard output, everything else on standard error.
#pragma once

#include <fmt/format.h>

#include <string>
#include <string_view>

namespace transformer {

/// Makes trouble with files and streams an error of the call that meets it: neither a reader who
/// goes away nor a limit on the size of files ends the program, and no file ever gets the number of
/// a standard stream that was closed.
void prepare_standard_streams();

/// Writes `text` to standard output, at once. Throws Error (io).
void write_out(std::string_view text);
/// Throws Error (io) where anything that was printed so far did not arrive.
void require_all_written();

/// The text as a terminal can show it: what would command the terminal, or is not UTF-8, is written
/// as in C++ (\x1B), whatever else stays. LF stays where `lines` says that it ends lines.
std::string printable(std::string_view text, bool lines = false);

/// Writes `text` to standard error, made printable; where nobody can read it, it is lost.
void write_message(std::string_view text);

/// While it lives, what is printed to standard output goes to standard error: the output belongs to
/// what follows.
class OutputAsMessages {
 public:
  OutputAsMessages();
  ~OutputAsMessages();
  OutputAsMessages(const OutputAsMessages&) = delete;
  OutputAsMessages& operator=(const OutputAsMessages&) = delete;
};

/// Shows a line on the terminal that standard error is. The next one is written over it, and
/// whatever else is printed or written here begins on a line of its own.
void show_live_line(std::string_view line);
void end_live_line();

/// Prints a formatted text to standard output, at once. Throws Error (io).
template <class... Arguments>
void print_out(fmt::format_string<Arguments...> format, Arguments&&... arguments) {
  write_out(fmt::format(format, std::forward<Arguments>(arguments)...));
}

/// Prints `warning: ` and a formatted line to standard error.
template <class... Arguments>
void warn(fmt::format_string<Arguments...> format, Arguments&&... arguments) {
  const std::string text = fmt::format(format, std::forward<Arguments>(arguments)...);
  write_message("warning: " + printable(text) + "\n");
}

}  // namespace transformer
