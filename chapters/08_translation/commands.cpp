#include "chapters/08_translation/commands.hpp"

#include <fmt/format.h>

#include <filesystem>

#include "chapters/08_translation/evaluation.hpp"
#include "chapters/08_translation/training_run.hpp"
#include "src/base/error.hpp"
#include "src/book/root.hpp"
#include "src/io/atomic_file.hpp"
#include "src/text/lines.hpp"

namespace transformer {
namespace {

constexpr size_t n_examples = 6;
constexpr size_t lines_at_once = 256;

/// A sentence with something in it to look at: the first of the held-out ones with enough words.
std::string sentence_to_draw(const std::vector<std::string>& sources) {
  constexpr size_t enough = 8;
  for (const std::string& source : sources) {
    if (split(source).size() >= enough) return source;
  }
  return sources.front();
}

void print_line(const std::string& line) {
  fmt::print("{}\n", line);
  if (std::fflush(stdout) != 0) fail(ExitCode::io, "standard output: cannot write");
}

/// Trains the toy translator where nothing else was asked for and nothing is there yet.
void train_if_missing(TranslateOptions& options) {
  const std::filesystem::path toy = project_root() / "runs" / "toy";
  if (options.run.empty()) options.run = toy;
  if (std::filesystem::exists(RunPaths(options.run).checkpoint) || options.run != toy) return;
  fmt::print(stderr, "no translator yet: training one first\n");
  TrainOptions train;
  train.n_threads = options.n_threads;
  train_command(train);
}

}  // namespace

int train_command(TrainOptions options) {
  complete(options);
  Threads threads(options.n_threads);
  TrainingRun run(options, threads);
  if (const int signal = run.train(); signal != 0) return 128 + signal;

  std::string last_line;
  if (options.held_out.given()) {
    const Evaluation held_out = evaluate(run.trained(), run.tape(), options.held_out, options.beam);
    replace_file(run.paths().attention,
                 attention_picture(run.trained(), run.tape(), sentence_to_draw(held_out.sources)));
    fmt::print("\n");
    print_examples(held_out, n_examples);
    last_line = summary(held_out);
  }
  fmt::print("run: {}: {}, {}, {}", run.paths().folder.string(),
             run.paths().checkpoint.filename().string(), run.paths().vocabulary.filename().string(),
             run.paths().log.filename().string());
  if (options.held_out.given()) {
    fmt::print(", {}", run.paths().attention.filename().string());
  }
  print_line("");
  if (!last_line.empty()) print_line(last_line);
  return 0;
}

int translate_command(TranslateOptions options) {
  train_if_missing(options);
  Threads threads(options.n_threads);
  const TrainedModel trained((RunPaths(options.run)));
  Tape tape(threads);
  const auto translate = [&](const std::vector<std::string>& lines) {
    for (const std::string& line : translate_lines(trained, tape, lines, options.beam)) {
      print_line(line);
    }
  };
  if (!options.sentences.empty()) {
    translate(options.sentences);
    return 0;
  }
  LineReader input("-", InvalidUtf8::replace);
  std::vector<std::string> lines;
  for (std::string line; input.next(line);) {
    lines.push_back(line);
    if (lines.size() < lines_at_once) continue;
    translate(lines);
    lines.clear();
  }
  translate(lines);
  return 0;
}

int evaluate_command(EvaluateOptions options) {
  complete(options);
  Threads threads(options.n_threads);
  const TrainedModel trained((RunPaths(options.run)));
  Tape tape(threads);
  const Evaluation held_out = evaluate(trained, tape, options.held_out, options.beam);
  print_line(held_out.bleu.signature());
  print_line(summary(held_out));
  return 0;
}

}  // namespace transformer
