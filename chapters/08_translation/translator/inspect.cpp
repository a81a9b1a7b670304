// What a run is: its settings, its sizes, and how it came about.
#include <algorithm>
#include <filesystem>

#include "chapters/08_translation/trained_model.hpp"
#include "chapters/08_translation/translator/commands.hpp"
#include "src/run/metrics_log.hpp"
#include "src/run/output.hpp"

namespace transformer {
namespace {

/// The parameters below a path, as `encoder` and `decoder` are.
Index n_parameters_of(const ParameterStore& store, std::string_view path) {
  Index n = 0;
  for (const Parameter& parameter : store.parameters()) {
    if (parameter.path.starts_with(path)) n += parameter.value().size();
  }
  return n;
}

/// The log in at most ten lines.
void print_history(const std::filesystem::path& file) {
  std::error_code ignored;
  if (!std::filesystem::exists(file, ignored)) return;
  const std::vector<LoggedStep> log = read_metrics(file);
  constexpr size_t most = 10;
  const size_t n = std::min(most, log.size());
  for (size_t i = 0; i < n; ++i) {
    const LoggedStep& line = log[(i + 1) * log.size() / n - 1];
    print_out("step {}:", line.step);
    for (const auto& [name, value] : line.metrics) print_out(" {} {:.4g}", name, value);
    print_out("\n");
  }
}

}  // namespace

int inspect_command(const RunOptions& options) {
  const TranslatorPaths run(options.run);
  const Checkpoint checkpoint(run.checkpoint);
  for (const auto& [name, value] : checkpoint.metadata()) print_out("{}: {}\n", name, value);
  const TrainedModel trained(run, checkpoint);
  const ParameterStore& store = trained.store;
  print_out("tokens in the vocabulary: {}\n", trained.vocabulary.size());
  print_out("parameters: {}, of them encoder {}, decoder {}, embedding {}\n", store.n_parameters(),
            n_parameters_of(store, "encoder."), n_parameters_of(store, "decoder."),
            n_parameters_of(store, "embedding"));
  print_out("bytes: {}\n", checkpoint.n_bytes());
  if (const auto seconds = newest_metric(run.log, checkpoint.integer(entry::step), "seconds")) {
    print_out("minutes of training: {:.1f}\n", *seconds / 60);
  }
  print_history(run.log);
  return 0;
}

}  // namespace transformer
