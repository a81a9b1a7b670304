// The generated parts of a page: code, output, values and figures. What a scene printed that takes
// long is recorded, with the day and the machine: it stays as it is until it is recorded anew.
#pragma once

#include <filesystem>
#include <string>

#include "docs/weave/finding.hpp"
#include "docs/weave/page.hpp"
#include "docs/weave/program.hpp"

namespace transformer::weave {

/// What the generated parts of a page are compared with.
struct Sources {
  std::filesystem::path root;  ///< The folder of the project.
  const Run* run = nullptr;    ///< The run of the chapter's program; null where there is none.
};

/// One part of a page that is generated, as it is and as it should be.
struct Part {
  std::string name;       ///< For example "output scores".
  std::size_t line;       ///< Where it begins on the page (from 0).
  std::size_t column;     ///< Where it begins on that line: a value stands within one.
  bool is_value;          ///< A value is one word; all else is whole lines, in a block.
  Lines lines, expected;  ///< What stands on the page, and what should.
};

/// All generated parts of a page, in order. Adds a finding for each marker that is unknown, has no
/// block, or names what the sources do not have.
std::vector<Part> generated_parts(const Page& page, const Sources& sources, Findings& findings);

/// One finding for each part that is not what it should be.
Findings check_parts(const std::vector<Part>& parts);

/// The lines of the page with every part as it should be.
Lines with_parts(const Page& page, const std::vector<Part>& parts);

/// Sections that the program printed and the page shows nowhere; a program that failed.
Findings check_output(const Page& page, const Run& run);

/// Figures of the chapter against those that the program wrote: differing, missing, left over, or
/// shown nowhere on the page.
Findings check_figures(const Page& page, const Run& run);

/// Writes the program's figures into a folder of the chapter. Returns how many changed.
std::size_t update_figures(const Page& page, const Run& run, const std::string& folder = "figures");

/// The lines of the page with what a run of one scene printed in the block below its marker
/// `recorded`, headed by the day and the machine. Throws Error where there is no such block, or the
/// run has failed.
Lines with_recorded(const Page& page, const std::string& scene, const Run& run);

}  // namespace transformer::weave
