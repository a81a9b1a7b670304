#include "src/run/program.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <exception>
#include <filesystem>
#include <new>
#include <string>

#include "src/base/error.hpp"
#include "src/run/output.hpp"

namespace transformer {
namespace {

/// Says what went wrong: on one line, even where a file's name has more.
int report(ExitCode code, std::string message) {
  std::replace(message.begin(), message.end(), '\n', ' ');
  write_message(fmt::format("error: {}\n", printable(message)));
  return static_cast<int>(code);
}

}  // namespace

int run_program(std::string_view when_memory_is_short, const std::function<int()>& body) {
  try {
    prepare_standard_streams();
    const int code = body();
    require_all_written();
    return code;
  } catch (const Error& error) {
    return report(error.code(), error.what());
  } catch (const std::bad_alloc&) {
    return report(ExitCode::internal, fmt::format("out of memory; {}", when_memory_is_short));
  } catch (const std::filesystem::filesystem_error& error) {
    const std::string reason = error.code().message();
    return report(ExitCode::io, fmt::format("{}: {}; check the path and its permissions",
                                            error.path1().string(), reason));
  } catch (const std::exception& error) {
    // What prints by itself throws what it likes; the stream remembers why.
    if (std::ferror(stdout) != 0) {
      return report(ExitCode::io, fmt::format("standard output: {}", error.what()));
    }
    return report(ExitCode::internal, error.what());
  }
}

}  // namespace transformer
