// Command lines of any words.
#include <CLI/CLI.hpp>
#include <vector>

#include "chapters/08_translation/translator/options.hpp"
#include "src/run/flags.hpp"
#include "tests/fuzz/fuzz.hpp"

using namespace transformer;
using namespace transformer::fuzz;

namespace {

void read_command_line(const std::vector<const char*>& words) {
  CLI::App app("", "transformer");
  TrainOptions train;
  TranslateOptions translate;
  EvaluateOptions evaluate;
  AverageOptions average;
  CLI::App* train_app = app.add_subcommand("train");
  add_train_flags(*train_app, train);
  add_translate_flags(*app.add_subcommand("translate"), translate);
  add_evaluate_flags(*app.add_subcommand("evaluate"), evaluate);
  add_average_flags(*app.add_subcommand("average"), average);
  if (parse(app, static_cast<int>(words.size()), words.data())) return;
  if (!*train_app) return;
  complete(train);
  // What was let in is within its bounds, and as text the same again.
  require(train.model.d_model % train.model.n_heads == 0);
  require(0.0f <= train.model.p_drop && train.model.p_drop < 1.0f);
  require(!describe(train).empty());
}

}  // namespace

// Words end with LF.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t n) {
  std::string_view text = text_of(bytes, n);
  std::vector<std::string> words = {"transformer"};
  while (!text.empty()) words.emplace_back(take_until('\n', text));
  std::vector<const char*> pointers;
  for (const std::string& word : words) pointers.push_back(word.c_str());
  allow_errors([&] { read_command_line(pointers); });
  return 0;
}
