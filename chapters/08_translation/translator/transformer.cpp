// The translator's command line: transformer train | translate | evaluate | average | curves |
// inspect | logits.
#include <CLI/CLI.hpp>
#include <optional>

#include "chapters/08_translation/translator/commands.hpp"
#include "src/base/error.hpp"
#include "src/run/flags.hpp"
#include "src/run/program.hpp"
#include "src/run/version.hpp"

namespace {

using namespace transformer;

int run(int argc, char** argv) {
  CLI::App app("Learns to translate from two text files, and translates.", "transformer");
  app.require_subcommand(0, 1);
  app.set_version_flag("--version", version_text, "Say what this program is made of");
  TrainOptions train;
  TranslateOptions translate;
  EvaluateOptions evaluate;
  AverageOptions average;
  RunOptions curves, inspect;
  LogitsOptions logits;
  CLI::App* train_app = app.add_subcommand("train", "Train a translator");
  CLI::App* translate_app = app.add_subcommand("translate", "Translate sentences");
  CLI::App* evaluate_app = app.add_subcommand("evaluate", "Compare with reference translations");
  CLI::App* average_app = app.add_subcommand("average", "Average a run's last checkpoints");
  CLI::App* curves_app = app.add_subcommand("curves", "Draw a run's log");
  CLI::App* inspect_app = app.add_subcommand("inspect", "Say what a run is");
  CLI::App* logits_app =
      app.add_subcommand("logits", "Print token ids and logits, for other programs");
  add_train_flags(*train_app, train);
  add_translate_flags(*translate_app, translate);
  add_evaluate_flags(*evaluate_app, evaluate);
  add_average_flags(*average_app, average);
  add_run_flags(*curves_app, curves);
  add_run_flags(*inspect_app, inspect);
  add_logits_flags(*logits_app, logits);
  if (const std::optional<int> code = parse(app, argc, argv)) return *code;
  if (*train_app) return train_command(train);
  if (*translate_app) return translate_command(translate);
  if (*evaluate_app) return evaluate_command(evaluate);
  if (*average_app) return average_command(average);
  if (*curves_app) return curves_command(curves);
  if (*inspect_app) return inspect_command(inspect);
  if (*logits_app) return logits_command(logits);
  fail(ExitCode::usage, "nothing to do; choose train, translate or evaluate, or --help");
}

}  // namespace

int main(int argc, char** argv) {
  return run_program(
      "train with smaller sizes, such as --d-model or --batch-tokens, or translate with a smaller "
      "--beam",
      [&] { return run(argc, argv); });
}
