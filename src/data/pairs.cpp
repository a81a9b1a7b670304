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

struct Pair {
  std::string source, target;
};

enum Part { training, validation, held_out, n_parts };

bool is_number(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return '0' <= c && c <= '9'; });
}

std::vector<Pair> read_pairs(const std::filesystem::path& file, CutPairs& cut) {
  LineReader reader(file);
  std::vector<Pair> pairs;
  std::int64_t n_numbers = 0;
  for (std::string line; reader.next(line);) {
    if (split(line).empty()) continue;
    const size_t tab = line.find('\t');
    if (tab == line.npos) {
      fail(ExitCode::bad_data, "{}:{}: no TAB between a source and a target; write one",
           reader.name(), reader.n_lines());
    }
    const size_t end = line.find('\t', tab + 1);
    Pair pair{line.substr(0, tab), line.substr(tab + 1, end - tab - 1)};
    if (split(pair.source).empty() || split(pair.target).empty()) {
      ++cut.n_half_blank;
      continue;
    }
    cut.n_with_more_columns += end != line.npos;
    n_numbers += is_number(pair.source);
    pairs.push_back(std::move(pair));
  }
  if (!pairs.empty() && n_numbers == std::ssize(pairs)) {
    fail(ExitCode::bad_data,
         "{}: each line begins with a number; cut it to a source, a TAB and its translation",
         reader.name());
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

PairsFiles pairs_files(const std::filesystem::path& folder) {
  return {files_in(folder, "train"), files_in(folder, "valid"), files_in(folder, "test")};
}

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
  const auto write = [&](Part part, const ParallelFiles& into) {
    replace_file(into.source, texts[part].source);
    replace_file(into.target, texts[part].target);
    return n_pairs[part];
  };
  const PairsFiles files = pairs_files(folder);
  cut.n_training = write(training, files.training);
  cut.n_validation = write(validation, files.validation);
  cut.n_held_out = write(held_out, files.held_out);
  return cut;
}

std::string summary(const CutPairs& cut) {
  std::string text = fmt::format("pairs: {} to train on, {} to validate, {} held out",
                                 cut.n_training, cut.n_validation, cut.n_held_out);
  if (cut.n_half_blank > 0) {
    text += fmt::format("; {} lines with a blank side left out", cut.n_half_blank);
  }
  if (cut.n_with_more_columns > 0) {
    text += fmt::format("; of {} lines what stands after the second column is left out",
                        cut.n_with_more_columns);
  }
  if (cut.had_byte_order_mark) text += "; a byte order mark dropped";
  return text;
}

}  // namespace transformer
