// The translator's command line: transformer train | translate | evaluate.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <exception>
#include <new>
#include <string>

#include "chapters/08_translation/commands.hpp"
#include "chapters/08_translation/output.hpp"
#include "src/base/error.hpp"

namespace {

using namespace transformer;

int run(int argc, char** argv) {
  CLI::App app("Learns to translate from two text files, and translates.", "transformer");
  app.require_subcommand(0, 1);
  TrainOptions train;
  TranslateOptions translate;
  EvaluateOptions evaluate;
  CLI::App* train_app = app.add_subcommand("train", "Train a translator");
  CLI::App* translate_app = app.add_subcommand("translate", "Translate sentences");
  CLI::App* evaluate_app = app.add_subcommand("evaluate", "Compare with reference translations");
  add_train_flags(*train_app, train);
  add_translate_flags(*translate_app, translate);
  add_evaluate_flags(*evaluate_app, evaluate);
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& request) {
    return app.exit(request);
  } catch (const CLI::ParseError& error) {
    fail(ExitCode::usage, "{}; --help lists the flags", error.what());
  }
  if (*train_app) return train_command(train);
  if (*translate_app) return translate_command(translate);
  if (*evaluate_app) return evaluate_command(evaluate);
  fail(ExitCode::usage, "nothing to do; choose train, translate or evaluate, or --help");
}

/// Says what went wrong: on one line, even where a file's name has more.
int report(ExitCode code, std::string message) {
  std::replace(message.begin(), message.end(), '\n', ' ');
  write_message(fmt::format("error: {}\n", message));
  return static_cast<int>(code);
}

}  // namespace

int main(int argc, char** argv) {
  try {
    prepare_standard_streams();
    const int code = run(argc, argv);
    require_all_written();
    return code;
  } catch (const Error& error) {
    return report(error.code(), error.what());
  } catch (const std::bad_alloc&) {
    return report(ExitCode::internal,
                  "out of memory; train with smaller sizes, such as --d-model or --batch-tokens, "
                  "or translate with a smaller --beam");
  } catch (const std::exception& error) {
    return report(ExitCode::internal, error.what());
  }
}
