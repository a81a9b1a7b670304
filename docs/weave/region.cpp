#include "docs/weave/region.hpp"

#include <algorithm>

namespace transformer::weave {
namespace {

Lines without_common_indentation(Lines lines) {
  std::size_t common = npos;
  for (const std::string& line : lines) {
    if (!is_blank(line)) common = std::min(common, indentation(line));
  }
  for (std::string& line : lines) line.erase(0, std::min(common, line.size()));
  return lines;
}

}  // namespace

std::string region_mark(std::string_view line) {
  constexpr std::string_view prefix = "//! [";
  line = trimmed(line);
  if (!line.starts_with(prefix) || line.back() != ']') return {};
  return std::string(line.substr(prefix.size(), line.size() - prefix.size() - 1));
}

Lines read_region(const std::filesystem::path& file, std::string_view name) {
  Lines region;
  int n_marks = 0;
  for (const std::string& line : lines_of(read_file(file))) {
    const std::string mark = region_mark(line);
    if (mark == name) {
      ++n_marks;
    } else if (n_marks == 1 && mark.empty()) {
      region.push_back(line);
    }
  }
  if (n_marks != 2) {
    throw Error("`//! [" + std::string(name) + "]` must stand twice in " +
                file.filename().string() + ", but stands " + std::to_string(n_marks) + " times");
  }
  return without_common_indentation(without_blank_edges(region));
}

}  // namespace transformer::weave
