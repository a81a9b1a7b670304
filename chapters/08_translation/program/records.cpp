// What trainings on real text reached, as data/records/multi30k.tsv has it.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <numeric>

#include "chapters/08_translation/program/demonstrations.hpp"
#include "src/book/sections.hpp"
#include "src/data/lines.hpp"
#include "src/run/root.hpp"

namespace transformer {
namespace {

/// The trainings of one recipe, which differ in their seeds.
struct Recipe {
  std::string pair, parameters, updates;
  std::vector<double> validation, test;
};

std::vector<std::string> fields_of(const std::string& row) {
  std::vector<std::string> fields(1);
  for (const char c : row) {
    if (c == '\t') {
      fields.emplace_back();
    } else {
      fields.back() += c;
    }
  }
  return fields;
}

double mean_of(const std::vector<double>& numbers) {
  return std::accumulate(numbers.begin(), numbers.end(), 0.0) / static_cast<double>(numbers.size());
}

}  // namespace

void show_records(const SceneRequest&) {
  std::vector<std::string> names;  // in the order of the file
  std::map<std::string, Recipe> recipes;
  const std::vector<std::string> rows =
      read_lines(project_root() / "data" / "records" / "multi30k.tsv");
  for (size_t i = 1; i < rows.size(); ++i) {  // after the head
    const std::vector<std::string> fields = fields_of(rows[i]);
    const std::string& name = fields.at(0);
    if (!recipes.contains(name)) names.push_back(name);
    Recipe& recipe = recipes[name];
    recipe.pair = fields.at(1);
    recipe.parameters = fields.at(3);
    recipe.updates = fields.at(4);
    recipe.validation.push_back(std::stod(fields.at(5)));
    recipe.test.push_back(std::stod(fields.at(6)));
  }
  std::vector<TableRow> table;
  for (const std::string& name : names) {
    const Recipe& recipe = recipes[name];
    const auto [lowest, highest] = std::minmax_element(recipe.test.begin(), recipe.test.end());
    table.push_back({name, recipe.pair, recipe.parameters, recipe.updates,
                     fmt::to_string(recipe.test.size()), number_text(mean_of(recipe.validation), 2),
                     number_text(mean_of(recipe.test), 2), number_text(*lowest, 2),
                     number_text(*highest, 2)});
  }
  print_table({"recipe", "pair", "parameters", "updates", "seeds", "validation", "test", "lowest",
               "highest"},
              table);
}

}  // namespace transformer
