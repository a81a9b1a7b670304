// What trainings on real text reached: the rows of data/records/multi30k.tsv, by recipe.
#include <algorithm>
#include <functional>
#include <optional>

#include "chapters/08_translation/program/demonstrations.hpp"
#include "src/base/error.hpp"
#include "src/book/sections.hpp"
#include "src/data/lines.hpp"
#include "src/data/tokens.hpp"
#include "src/io/numbers.hpp"
#include "src/run/root.hpp"

namespace transformer {
namespace {

/// One training: BLEU on the two texts, and how long it took, where that was measured.
struct SeedRecord {
  std::string seed;
  double valid, test;
  std::optional<double> minutes;
};

/// What the trainings of one recipe, which differ by their seed, have in common, and each of them.
struct Recipe {
  std::string name, pair, signature;
  double parameters, updates;
  std::vector<SeedRecord> records = {};
};

double column(const LineReader& reader, std::string_view text) {
  const std::optional<double> number = number_in<double>(text);
  if (!number) {
    fail(ExitCode::bad_data, "{}, line {}: {} is no number; use another copy", reader.name(),
         reader.n_lines(), text);
  }
  return *number;
}

std::vector<Recipe> recipes() {
  LineReader reader(project_root() / "data" / "records" / "multi30k.tsv");
  std::vector<Recipe> recipes;
  std::string line;
  reader.next(line);  // the names of the columns
  while (reader.next(line)) {
    // recipe, pair, seed, parameters, updates, minutes (- where they were not measured), BLEU on
    // valid and test2016, its signature, the date
    const std::vector<std::string_view> row = split(line);
    if (row.size() != 10) {
      fail(ExitCode::bad_data, "{}, line {}: has {} columns, not 10; use another copy",
           reader.name(), reader.n_lines(), row.size());
    }
    auto recipe = std::find_if(recipes.begin(), recipes.end(), [&](const Recipe& known) {
      return known.name == row[0] && known.pair == row[1];
    });
    if (recipe == recipes.end()) {
      recipe =
          recipes.insert(recipe, {std::string(row[0]), std::string(row[1]), std::string(row[8]),
                                  column(reader, row[3]), column(reader, row[4])});
    }
    recipe->records.push_back({std::string(row[2]), column(reader, row[6]), column(reader, row[7]),
                               row[5] == "-" ? std::optional<double>() : column(reader, row[5])});
  }
  return recipes;
}

/// The mean of what `number` finds in the records that have it, or nothing.
template <class Number>
std::string mean_text(const Recipe& recipe, Number number, int n_decimals) {
  double sum = 0.0;
  int n = 0;
  for (const SeedRecord& record : recipe.records) {
    const std::optional<double> found = number(record);
    if (!found) continue;
    sum += *found;
    ++n;
  }
  return n == 0 ? "" : number_text(sum / n, n_decimals);
}

/// How much more a recipe reaches on the test than another with the same seed, in the mean; nothing
/// where it is that other, or was not measured alike.
std::string gain_text(const Recipe& recipe, const Recipe& than) {
  const bool measured_alike = recipe.pair == than.pair && recipe.signature == than.signature;
  if (recipe.name == than.name || !measured_alike) return "";
  const auto gain = [&](const SeedRecord& record) -> std::optional<double> {
    const auto same = std::ranges::find(than.records, record.seed, &SeedRecord::seed);
    if (same == than.records.end()) return {};
    return record.test - same->test;
  };
  return mean_text(recipe, gain, 2);
}

/// `40.55 to 41.05`, or nothing for one training.
std::string spread_text(const Recipe& recipe) {
  if (recipe.records.size() < 2) return "";
  const auto [lowest, highest] = std::ranges::minmax_element(recipe.records, {}, &SeedRecord::test);
  return number_text(lowest->test, 2) + " to " + number_text(highest->test, 2);
}

}  // namespace

void show_records(const SceneRequest&) {
  const std::vector<Recipe> all = recipes();
  std::vector<TableRow> table;
  for (const Recipe& recipe : all) {
    table.push_back(
        {recipe.name, recipe.pair, std::to_string(recipe.records.size()),
         mean_text(recipe, std::mem_fn(&SeedRecord::test), 2), spread_text(recipe),
         gain_text(recipe, all.front()), mean_text(recipe, std::mem_fn(&SeedRecord::valid), 2),
         number_text(recipe.updates, 0), mean_text(recipe, std::mem_fn(&SeedRecord::minutes), 0),
         number_text(recipe.parameters / 1e6, 2) + " M"});
  }
  print_table({"recipe", "pair", "seeds", "test2016", "spread", "gain", "valid", "updates",
               "minutes", "size"},
              table);
}

}  // namespace transformer
