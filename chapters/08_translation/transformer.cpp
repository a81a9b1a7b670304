// The translator's command line: transformer train | translate | evaluate.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>

#include "chapters/08_translation/commands.hpp"
#include "src/base/error.hpp"

namespace {

using namespace transformer;

int run(int argc, char** argv) {
  CLI::App app("Learns to translate from two text files, and translates.", "transformer");
  app.require_subcommand(1);
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
  return evaluate_command(evaluate);
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return run(argc, argv);
  } catch (const Error& error) {
    fmt::print(stderr, "error: {}\n", error.what());
    return static_cast<int>(error.code());
  } catch (const std::exception& error) {
    fmt::print(stderr, "error: {}\n", error.what());
    return static_cast<int>(ExitCode::internal);
  }
}
