#include "chapters/08_translation/output.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>

#include "src/io/file.hpp"

namespace transformer {

void prepare_standard_streams() {
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);
  for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (fcntl(stream, F_GETFD) != -1 || errno != EBADF) continue;
    // open(2) takes the lowest number that is free. The wrong direction, so that use is an error.
    const int direction = stream == STDIN_FILENO ? O_WRONLY : O_RDONLY;
    if (open("/dev/null", direction) == -1) {
      fail_with_errno(ExitCode::io, "/dev/null", "cannot open");
    }
  }
}

void write_out(std::string_view text) {
  std::fwrite(text.data(), 1, text.size(), stdout);
  require_all_written();
}

void require_all_written() {
  if (std::fflush(stdout) == 0 && std::ferror(stdout) == 0) return;
  fail_with_errno(ExitCode::io, "standard output", "cannot write");
}

void write_message(std::string_view text) {
  std::fwrite(text.data(), 1, text.size(), stderr);
  std::fflush(stderr);
}

}  // namespace transformer
