// What trainings on real text reached: the rows of data/records/multi30k.tsv, by recipe.
#include <algorithm>
#include <numeric>

#include "chapters/08_translation/program/demonstrations.hpp"
#include "src/base/error.hpp"
#include "src/book/sections.hpp"
#include "src/data/lines.hpp"
#include "src/data/tokens.hpp"
#include "src/io/numbers.hpp"
#include "src/run/root.hpp"

namespace transformer {
namespace {

/// What the trainings of one recipe, which differ by their seed, have in common, and their BLEU.
struct Recipe {
  std::string name, pair, signature;
  double parameters, updates;
  std::vector<std::string> seeds = {};
  std::vector<double> valid = {}, test = {};
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
    // recipe, pair, seed, parameters, updates, BLEU on valid and test2016, its signature, the date
    const std::vector<std::string_view> row = split(line);
    if (row.size() != 9) {
      fail(ExitCode::bad_data, "{}, line {}: has {} columns, not 9; use another copy",
           reader.name(), reader.n_lines(), row.size());
    }
    auto recipe = std::find_if(recipes.begin(), recipes.end(), [&](const Recipe& known) {
      return known.name == row[0] && known.pair == row[1];
    });
    if (recipe == recipes.end()) {
      recipe =
          recipes.insert(recipe, {std::string(row[0]), std::string(row[1]), std::string(row[7]),
                                  column(reader, row[3]), column(reader, row[4])});
    }
    recipe->seeds.emplace_back(row[2]);
    recipe->valid.push_back(column(reader, row[5]));
    recipe->test.push_back(column(reader, row[6]));
  }
  return recipes;
}

double mean_of(const std::vector<double>& numbers) {
  return std::accumulate(numbers.begin(), numbers.end(), 0.0) / static_cast<double>(numbers.size());
}

/// The mean of how much more a recipe reaches on the test than another with the same seed, or
/// nothing where it is that other, or was not measured alike.
std::string gain_text(const Recipe& recipe, const Recipe& than) {
  const bool measured_alike = recipe.pair == than.pair && recipe.signature == than.signature;
  if (recipe.name == than.name || !measured_alike) return "";
  std::vector<double> gains;
  for (size_t i = 0; i < recipe.seeds.size(); ++i) {
    const auto same = std::ranges::find(than.seeds, recipe.seeds[i]) - than.seeds.begin();
    if (same == std::ssize(than.seeds)) continue;
    gains.push_back(recipe.test[i] - than.test[static_cast<size_t>(same)]);
  }
  return gains.empty() ? "" : number_text(mean_of(gains), 2);
}

}  // namespace

void show_records(const SceneRequest&) {
  const std::vector<Recipe> all = recipes();
  std::vector<TableRow> table;
  for (const Recipe& recipe : all) {
    const auto [lowest, highest] = std::minmax_element(recipe.test.begin(), recipe.test.end());
    table.push_back({recipe.name, recipe.pair, std::to_string(recipe.test.size()),
                     number_text(mean_of(recipe.test), 2), number_text(*lowest, 2),
                     number_text(*highest, 2), gain_text(recipe, all.front()),
                     number_text(mean_of(recipe.valid), 2), number_text(recipe.updates, 0),
                     number_text(recipe.parameters / 1e6, 2)});
  }
  print_table({"recipe", "pair", "seeds", "test2016", "lowest", "highest", "gain", "validation",
               "updates", "million parameters"},
              table);
}

}  // namespace transformer
