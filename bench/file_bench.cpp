// A whole file, translated by a run: from reading its checkpoint to the last line, as the command
// `translate` does it. Writes the translations, too, so that others can compare theirs.
#include <CLI/CLI.hpp>
#include <chrono>
#include <fstream>
#include <nlohmann/json.hpp>

#include "bench/measurements.hpp"
#include "bench/programs.hpp"
#include "chapters/08_translation/translate_lines.hpp"
#include "src/base/error.hpp"
#include "src/data/lines.hpp"

namespace transformer::bench {
namespace {

struct Options {
  std::filesystem::path run, source, translations, out;
  std::string name;
  Index beam = 1;
  int n_threads = 1, n_runs = 5;
};

void measure(const Options& options) {
  std::vector<double> seconds;
  std::vector<std::string> translated;
  for (int i = 0; i < options.n_runs; ++i) {
    const auto start = std::chrono::steady_clock::now();
    const TrainedModel trained((TranslatorPaths(options.run)));
    const std::vector<std::string> lines = read_lines(options.source);
    Threads threads(options.n_threads);
    TranslationTapes tapes(threads);
    translated = translate_lines(trained, tapes, {lines, "source", 1, true},
                                 {.size = options.beam, .length_penalty = 0.0});
    const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - start;
    seconds.push_back(taken.count());
  }
  std::ofstream text(options.translations);
  for (const std::string& line : translated) text << line << '\n';
  const nlohmann::json result = {{"name", with_threads(options.name, options.n_threads)},
                                 {"real_time", 1e3 * median(seconds)},
                                 {"time_unit", "ms"},
                                 {"sentences", translated.size()}};
  std::ofstream(options.out) << nlohmann::json{{"context", nlohmann::json::object()},
                                               {"benchmarks", {result}}};
}

}  // namespace
}  // namespace transformer::bench

int main(int argc, char** argv) try {
  transformer::bench::Options options;
  CLI::App app("Translates a file with a run, several times.");
  app.add_option("--run", options.run, "folder of the run")->required();
  app.add_option("--source", options.source, "the file")->required();
  app.add_option("--translations", options.translations, "where they are written")->required();
  app.add_option("--out", options.out, "where the times are written, as JSON")->required();
  app.add_option("--name", options.name, "what the work is called")->required();
  app.add_option("--beam", options.beam, "hypotheses");
  app.add_option("--threads", options.n_threads, "threads");
  CLI11_PARSE(app, argc, argv);
  transformer::bench::measure(options);
  return 0;
} catch (const transformer::Error& error) {
  std::fprintf(stderr, "error: %s\n", error.what());
  return static_cast<int>(error.code());
}
