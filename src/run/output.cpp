#include "src/run/output.hpp"

#include <csignal>
#include <cstdio>

#include "src/io/file.hpp"
#include "src/system/machine.hpp"

namespace transformer {

void prepare_standard_streams() {
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);
  if (!machine::occupy_standard_streams()) {
    fail_with_errno(ExitCode::io, "/dev/null", "cannot open");
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
