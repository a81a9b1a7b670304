#include "src/book/program.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <new>

#include "src/base/error.hpp"
#include "src/book/root.hpp"

namespace transformer {
namespace {

int report(ExitCode code, std::string_view what) {
  fmt::print(stderr, "error: {}\n", what);
  return static_cast<int>(code);
}

// Runs the body and makes sure that what it printed has arrived.
int run_checked(const ChapterOptions& options,
                const std::function<int(const ChapterOptions&)>& body) {
  const int code = body(options);
  if (!options.trace.empty() && !std::filesystem::exists(options.trace)) {
    fail(ExitCode::usage, "--trace: this chapter has nothing to step through; chapter 03 has");
  }
  if (std::fflush(stdout) != 0 || std::ferror(stdout) != 0) {
    fail(ExitCode::io, "standard output cannot be written");
  }
  return code;
}

}  // namespace

int run_chapter(int argc, const char* const* argv, const std::string& chapter,
                const std::string& summary, const std::function<int(const ChapterOptions&)>& body) {
  CLI::App app(summary, chapter);
  ChapterOptions options{project_root() / "chapters" / chapter / "figures", {}};
  app.add_option("--figures", options.figures, "The folder that figures are written to")
      ->type_name("DIR")
      ->capture_default_str();
  app.add_option("--trace", options.trace,
                 "Write a page (HTML) to step through; only where the chapter has one")
      ->type_name("FILE");
  try {
    app.parse(argc, argv);
    return run_checked(options, body);
  } catch (const CLI::Success& wish) {
    return app.exit(wish);  // --help
  } catch (const CLI::ParseError& error) {
    return report(ExitCode::usage, fmt::format("{}; see --help", error.what()));
  } catch (const Error& error) {
    return report(error.code(), error.what());
  } catch (const std::bad_alloc&) {
    return report(ExitCode::internal, "out of memory; allow more (ulimit -v)");
  } catch (const std::exception& error) {
    return report(ExitCode::internal, error.what());
  }
}

}  // namespace transformer
