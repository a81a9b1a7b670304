#include "src/data/pairs.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <vector>

#include "src/base/error.hpp"
#include "src/data/tokens.hpp"
#include "src/io/atomic_file.hpp"
#include "src/io/digest.hpp"

namespace transformer {
namespace {

constexpr size_t one_in = 20, most_sources = 1000;
const std::string held_out_name = "test";

struct Pair {
  std::string source, target;
};

enum Part { training, validation, held_out, n_parts };

std::vector<Pair> read_pairs(const std::filesystem::path& file, CutPairs& cut) {
  LineReader reader(file);
  std::vector<Pair> pairs;
  for (std::string line; reader.next(line);) {
    if (split(line).empty()) continue;
    const size_t tab = line.find('\t');
    if (tab == line.npos) {
      fail(ExitCode::bad_data, "{}:{}: no TAB between a source and a target; write one",
           reader.name(), reader.n_lines());
    }
    const size_t end = line.find('\t', tab + 1);
    cut.n_with_more_columns += end != line.npos;
    pairs.push_back({line.substr(0, tab), line.substr(tab + 1, end - tab - 1)});
  }
  cut.had_byte_order_mark = reader.had_byte_order_mark();
  return pairs;
}

ParallelFiles files_in(const std::filesystem::path& folder, const std::string& name) {
  return {folder / (name + ".source"), folder / (name + ".target")};
}

/// To which text each source belongs. Sources that differ in case, in spaces or in how accents are
/// written are the same.
std::string name_of_source(const std::string& source) {
  const std::string text = lower_case(normalised(source));
  return with_spaces(split(text));
}

std::map<std::string, Part> parts_of(const std::vector<Pair>& pairs) {
  std::map<std::string, Part> parts;
  for (const Pair& pair : pairs) parts.emplace(name_of_source(pair.source), training);
  // In the order of a digest: as good as drawn by lot, and the same on every machine.
  std::map<std::string, Part*> by_lot;
  for (auto& [source, part] : parts) by_lot.emplace(digest_of(source) + source, &part);
  const size_t n = std::clamp<size_t>(by_lot.size() / one_in, 1, most_sources);
  size_t i = 0;
  for (auto& [lot, part] : by_lot) {
    if (i < 2 * n) *part = i < n ? validation : held_out;
    ++i;
  }
  return parts;
}

}  // namespace

CutPairs cut_pairs(const std::filesystem::path& file, const std::filesystem::path& folder) {
  CutPairs cut;
  const std::vector<Pair> pairs = read_pairs(file, cut);
  const std::map<std::string, Part> parts = parts_of(pairs);
  if (parts.size() < 3) {
    fail(ExitCode::bad_data, "{}: {} different sources; three are the fewest that can be cut",
         file.string(), parts.size());
  }
  std::array<Pair, n_parts> texts;
  std::array<Index, n_parts> n_pairs{};
  for (const Pair& pair : pairs) {
    const Part part = parts.at(name_of_source(pair.source));
    texts[part].source += pair.source + "\n";
    texts[part].target += pair.target + "\n";
    ++n_pairs[part];
  }

  std::error_code ignored;
  std::filesystem::create_directories(folder, ignored);
  const auto write = [&](Part part, const std::string& name, ParallelFiles& files) {
    files = files_in(folder, name);
    replace_file(files.source, texts[part].source);
    replace_file(files.target, texts[part].target);
    return n_pairs[part];
  };
  cut.n_training = write(training, "train", cut.training);
  cut.n_validation = write(validation, "valid", cut.validation);
  cut.n_held_out = write(held_out, held_out_name, cut.held_out);
  return cut;
}

ParallelFiles held_out_pairs(const std::filesystem::path& folder) {
  ParallelFiles files = files_in(folder, held_out_name);
  std::error_code ignored;
  return std::filesystem::exists(files.source, ignored) ? files : ParallelFiles();
}

std::string summary(const CutPairs& cut) {
  std::string text = fmt::format("pairs: {} to train on, {} to validate, {} held out",
                                 cut.n_training, cut.n_validation, cut.n_held_out);
  if (cut.n_with_more_columns > 0) {
    text += fmt::format("; of {} lines what stands after the second column is left out",
                        cut.n_with_more_columns);
  }
  if (cut.had_byte_order_mark) text += "; a byte order mark dropped";
  return text;
}

}  // namespace transformer
