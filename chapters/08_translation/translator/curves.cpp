// What a run's log says, as pictures.
#include <algorithm>

#include "chapters/08_translation/trained_model.hpp"
#include "chapters/08_translation/translator/commands.hpp"
#include "src/base/error.hpp"
#include "src/draw/figures.hpp"
#include "src/io/atomic_file.hpp"
#include "src/run/metrics_log.hpp"
#include "src/run/output.hpp"

namespace transformer {
namespace {

/// A metric over the steps that have it.
Series series_of(const std::vector<LoggedStep>& log, const std::string& metric,
                 const std::string& name) {
  Series series{name, {}, {}};
  for (const LoggedStep& line : log) {
    const auto found = line.metrics.find(metric);
    if (found == line.metrics.end()) continue;
    series.x.push_back(static_cast<double>(line.step));
    series.y.push_back(found->second);
  }
  return series;
}

}  // namespace

int curves_command(const RunOptions& options) {
  const TranslatorPaths run(options.run);
  const std::vector<LoggedStep> log = read_metrics(run.log);
  size_t longest = 0;
  const auto draw = [&](const std::string& name, std::vector<Series> series,
                        const LineChartStyle& style) {
    for (const Series& each : series) longest = std::max(longest, each.x.size());
    std::erase_if(series, [](const Series& each) { return each.x.size() < 2; });
    if (series.empty()) return;
    const std::filesystem::path file = run.folder / (name + ".svg");
    replace_file(file, line_chart(series, style));
    print_out("{}\n", printable(file.string()));
  };
  draw("loss",
       {series_of(log, "loss", "training"), series_of(log, "validation_loss", "validation")},
       {.title = "Loss", .x_label = "step", .y_label = "loss per token"});
  draw("bleu", {series_of(log, "validation_bleu", "validation")},
       {.title = "BLEU of the validation text", .x_label = "step", .y_label = "BLEU", .low_y = 0});
  draw("rate", {series_of(log, "learning_rate", "learning rate")},
       {.title = "Learning rate", .x_label = "step", .y_label = "rate", .low_y = 0});
  if (longest < 2) {
    fail(ExitCode::no_input,
         "{}: a curve needs two lines, there are {}; train for more steps, or name the training, "
         "not an average of it",
         run.log.string(), longest);
  }
  return 0;
}

}  // namespace transformer
