// Files and standard input as they come: closed, pipes, devices, and what an error advises.
#include "src/io/file.hpp"

#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <boost/test/unit_test.hpp>
#include <cerrno>

#include "tests/support/child_process.hpp"
#include "tests/support/errors.hpp"

namespace transformer::test {
namespace {

/// True where standard input is refused in a process that did `prepare` first.
template <class Prepare>
bool standard_input_is_refused(std::string_view why, Prepare prepare) {
  return exit_code_of([&] {
           prepare();
           return fails(ExitCode::no_input, why, [] { File::for_reading("-"); }) ? 0 : 1;
         }) == 0;
}

BOOST_AUTO_TEST_CASE(every_error_has_an_advice) {
  const std::pair<int, const char*> advices[] = {{ENOENT, "check the path"},
                                                 {ENOTDIR, "check the path"},
                                                 {ELOOP, "check the path"},
                                                 {EACCES, "check the permissions"},
                                                 {EPERM, "check the permissions"},
                                                 {EROFS, "check the permissions"},
                                                 {EISDIR, "name a file, not a folder"},
                                                 {ENOSPC, "free some space"},
                                                 {EDQUOT, "free some space"},
                                                 {EFBIG, "free some space"},
                                                 {EBADF, "it is closed: open it"},
                                                 {EPIPE, "keep its reader running"},
                                                 {EIO, "check the disk"}};
  for (const auto& [error, advice] : advices) {
    BOOST_TEST(fails(ExitCode::io, advice, [number = error] {
      errno = number;
      fail_with_errno(ExitCode::io, "model", "cannot write");
    }));
  }
}

BOOST_AUTO_TEST_CASE(standard_input_that_cannot_be_read_is_missing_input) {
  BOOST_TEST(standard_input_is_refused("it is closed", [] { ::close(STDIN_FILENO); }));
  BOOST_TEST(standard_input_is_refused("it is closed", [] {
    const int written = ::open("/dev/null", O_WRONLY);
    dup2(written, STDIN_FILENO);
  }));
  BOOST_TEST(standard_input_is_refused("Too many open files", [] {
    dup2(::open("/dev/null", O_RDONLY), STDIN_FILENO);
    const rlimit none = {3, 3};
    setrlimit(RLIMIT_NOFILE, &none);
  }));
}

BOOST_AUTO_TEST_CASE(standard_input_may_be_opened_for_both_directions) {
  BOOST_TEST(exit_code_of([] {
               dup2(::open("/dev/null", O_RDWR), STDIN_FILENO);
               return File::for_reading("-").read_rest().empty() ? 0 : 1;
             }) == 0);
}

BOOST_AUTO_TEST_CASE(a_closed_file_is_no_regular_file) {
  File file = File::for_reading("/dev/null");
  BOOST_TEST(!file.is_regular());
  const File moved = std::move(file);
  BOOST_TEST(!file.is_regular());  // NOLINT(bugprone-use-after-move)
}

}  // namespace
}  // namespace transformer::test
