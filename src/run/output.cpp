#include "src/run/output.hpp"

#include <utf8.h>

#include <csignal>
#include <cstdio>

#include "src/io/file.hpp"
#include "src/system/machine.hpp"

namespace transformer {
namespace {

bool live_line_is_open = false;
bool output_is_message = false;

/// Lost where nobody can read it: work goes on.
void write_error(std::string_view text) {
  std::fwrite(text.data(), 1, text.size(), stderr);
  std::fflush(stderr);
}

/// False for what a terminal obeys: controls, and what changes the direction of writing.
bool is_shown(char32_t c) {
  const bool is_control = c < 0x20 || (0x7F <= c && c < 0xA0) || c > 0x10FFFF;
  const bool is_direction = c == 0x061C || c == 0x200E || c == 0x200F ||
                            (0x202A <= c && c <= 0x202E) || (0x2066 <= c && c <= 0x2069);
  return c == '\t' || !(is_control || is_direction);
}

}  // namespace

void prepare_standard_streams() {
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);
  if (!machine::occupy_standard_streams()) {
    fail_with_errno(ExitCode::io, "/dev/null", "cannot open");
  }
}

OutputAsMessages::OutputAsMessages() { output_is_message = true; }
OutputAsMessages::~OutputAsMessages() { output_is_message = false; }

void write_out(std::string_view text) {
  if (output_is_message) return write_message(text);
  end_live_line();
  std::fwrite(text.data(), 1, text.size(), stdout);
  require_all_written();
}

void require_all_written() {
  if (std::fflush(stdout) == 0 && std::ferror(stdout) == 0) return;
  fail_with_errno(ExitCode::io, "standard output", "cannot write");
}

std::string printable(std::string_view text, bool lines) {
  std::string shown;
  for (auto position = text.begin(); position != text.end();) {
    const auto begin = position;
    char32_t c = 0xFFFFFFFF;  // for a byte that is not UTF-8
    try {
      c = utf8::next(position, text.end());
    } catch (const utf8::exception&) {
      position = begin + 1;
    }
    if (is_shown(c) || (lines && c == '\n')) {
      shown.append(begin, position);
    } else {
      for (auto byte = begin; byte != position; ++byte) {
        shown += fmt::format("\\x{:02X}", static_cast<unsigned char>(*byte));
      }
    }
  }
  return shown;
}

void write_message(std::string_view message) {
  end_live_line();
  write_error(printable(message, true));
}

void show_live_line(std::string_view line) {
  write_error(fmt::format("\r\033[K{}", line));
  live_line_is_open = true;
}

void end_live_line() {
  if (live_line_is_open) write_error("\n");
  live_line_is_open = false;
}

}  // namespace transformer
