// A chapter's program, run, and what it printed: sections and values.
#pragma once

#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "docs/weave/text.hpp"

namespace transformer::weave {

/// What stands under `## name`, without blank lines around it.
struct Section {
  std::string name;
  Lines lines;

  /// Whether it only says that its scene takes long.
  bool takes_long() const { return lines.size() == 1 && lines[0].starts_with("(takes long: "); }
};

/// What a program printed.
struct Output {
  Lines before;  ///< What stands before the first section; nothing, in a good program.
  std::vector<Section> sections;

  /// The section of that name; null if there is none.
  const Section* find(std::string_view name) const;
  /// All different texts that the program printed as `name: text`.
  std::set<std::string> values(std::string_view name) const;
};

Output parse_output(std::string_view text);

/// One run of a program: its exit code, what it printed, and the figures it wrote, by file name.
struct Run {
  int exit_code;
  Output output;
  std::string errors;
  std::map<std::string, std::string> figures;
};

/// Runs the program in its plainest form: the baseline instruction set, figures into a folder of
/// their own; or one of its scenes as fast as this machine can. Throws Error where it cannot be
/// started.
Run run_program(const std::filesystem::path& program, const std::string& scene = {});

}  // namespace transformer::weave
