// What a terminal is shown.
#include "src/run/output.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <boost/test/unit_test.hpp>
#include <cerrno>
#include <cstdio>
#include <functional>

#include "src/run/program.hpp"
#include "tests/support/child_process.hpp"
#include "tests/support/errors.hpp"
#include "tests/support/fault_injection.hpp"
#include "tests/support/temporary_folder.hpp"

using namespace transformer;
using namespace transformer::test;

BOOST_AUTO_TEST_CASE(text_is_shown_as_it_is) {
  for (const char* text :
       {"", "corpus.en:17: what\tis", "l'\u00E9t\u00E9 \u732B \U0001F408", "\uFFFD", "\u206A"}) {
    BOOST_TEST(printable(text) == text);
  }
}

BOOST_AUTO_TEST_CASE(what_would_command_a_terminal_is_spelled) {
  const std::pair<std::string, std::string> examples[] = {
      {"a\x1B[31mb", "a\\x1B[31mb"},
      {"a\rb\b\a", "a\\x0Db\\x08\\x07"},
      {std::string("\0", 1), "\\x00"},
      {"\x7F", "\\x7F"},
      {"\u009B1m", "\\xC2\\x9B1m"},
      {"\x9B", "\\x9B"},
      {"\xC3(", "\\xC3("},
      {"cut \xE2\x82", "cut \\xE2\\x82"},
      {"\u202Eexe.txt", "\\xE2\\x80\\xAEexe.txt"},
      {"\u061C \u200E \u200F", "\\xD8\\x9C \\xE2\\x80\\x8E \\xE2\\x80\\x8F"},
      {"\u2066 \u2069", "\\xE2\\x81\\xA6 \\xE2\\x81\\xA9"},
      {"two\nlines", "two\\x0Alines"}};
  for (const auto& [text, shown] : examples) BOOST_TEST(printable(text) == shown);
  BOOST_TEST(printable("two\nlines\x1B\n", true) == "two\nlines\\x1B\n");
}

BOOST_AUTO_TEST_CASE(closed_streams_become_ones_that_cannot_be_used) {
  const int code = exit_code_of([] {
    for (const int stream : {0, 1, 2}) ::close(stream);
    prepare_standard_streams();
    const bool are_three =
        fcntl(0, F_GETFD) != -1 && fcntl(1, F_GETFD) != -1 && fcntl(2, F_GETFD) != -1;
    char byte = 0;
    const bool is_used = ::read(0, &byte, 1) != -1 || ::write(1, &byte, 1) != -1;
    return are_three && !is_used ? 0 : 1;
  });
  BOOST_TEST(code == 0);
}

BOOST_AUTO_TEST_CASE(streams_that_cannot_be_taken_are_an_error) {
  const int code = exit_code_of([] {
    ::close(STDIN_FILENO);
    const FaultInjection injection(Fault::fail, 1, EMFILE, "open");
    return fails(ExitCode::io, "/dev/null: cannot open", prepare_standard_streams) ? 0 : 1;
  });
  BOOST_TEST(code == 0);
}

BOOST_AUTO_TEST_CASE(output_that_is_lost_is_an_error_once_it_is_lost) {
  if (::access("/dev/full", W_OK) != 0) return;
  const int code = exit_code_of([] {
    dup2(::open("/dev/full", O_WRONLY), STDOUT_FILENO);
    if (!fails(ExitCode::io, "standard output: cannot write", [] { write_out("lost"); })) return 1;
    // What was lost stays lost, even if there is room again.
    dup2(::open("/dev/null", O_WRONLY), STDOUT_FILENO);
    return fails(ExitCode::io, "standard output", [] { write_out("kept"); }) ? 0 : 2;
  });
  BOOST_TEST(code == 0);
}

BOOST_AUTO_TEST_CASE(what_prints_by_itself_loses_nothing_in_silence_either) {
  if (::access("/dev/full", W_OK) != 0) return;
  const int code = exit_code_of([] {
    dup2(::open("/dev/full", O_WRONLY), STDOUT_FILENO);
    return run_program("", [] {
      fmt::print("{}", std::string(1 << 20, 'a'));
      return 0;
    });
  });
  BOOST_TEST(code == static_cast<int>(ExitCode::io));
}

namespace {

/// All that `write` writes to both standard streams.
std::string written_by(const std::function<void()>& write) {
  const TemporaryFolder folder;
  const std::filesystem::path file = folder.write("streams", "");
  std::fflush(nullptr);  // what waits to be written is not the child's
  exit_code_of([&] {
    for (const int stream : {STDOUT_FILENO, STDERR_FILENO}) {
      dup2(::open(file.c_str(), O_WRONLY | O_APPEND), stream);
    }
    write();
    return 0;
  });
  return bytes_of(file);
}

}  // namespace

BOOST_AUTO_TEST_CASE(what_follows_a_live_line_begins_on_its_own) {
  BOOST_TEST(written_by([] {
               show_live_line("1 of 2");
               show_live_line("2 of 2");
               warn("hot");
               print_out("done\n");
               show_live_line("1 of 1");
               print_out("done\n");
               end_live_line();
             }) == "\r\033[K1 of 2\r\033[K2 of 2\nwarning: hot\ndone\n\r\033[K1 of 1\ndone\n");
}

BOOST_AUTO_TEST_CASE(output_can_become_a_message) {
  BOOST_TEST(written_by([] {
               ::close(STDOUT_FILENO);
               const OutputAsMessages messages;
               print_out("to train on\n");
             }) == "to train on\n");
}
