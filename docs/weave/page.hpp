// A page of Markdown, taken apart: fences, markers, headings, links and formulas.
#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "docs/weave/finding.hpp"
#include "docs/weave/text.hpp"

namespace transformer::weave {

/// A fenced block: the lines of its two fences. `close` is the number of lines if there is none.
struct Fence {
  std::size_t open, close;
  std::string language;
};

/// An HTML comment `<!-- word: argument -->`: its line, and the columns [begin, end) of it.
struct Marker {
  std::size_t line, begin, end;
  std::string word, argument;
};

/// A page. All lines and columns count from 0.
struct Page {
  std::filesystem::path path;
  Lines lines;
  /// The same lines, with blanks for what is not prose: fences, indented code, code spans,
  /// comments.
  Lines prose;
  std::vector<Fence> fences;
  std::vector<Marker> markers;
};

/// Throws Error where a line is not UTF-8.
Page parse_page(const std::filesystem::path& path, std::string_view text);
Page read_page(const std::filesystem::path& path);

/// The fence that opens on the first line after `line` that is not blank, if it is a fence.
std::optional<Fence> fence_after(const Page& page, std::size_t line);

/// A heading: its line, level 1 to 6, its title, and the anchor that code hosts give to it.
struct Heading {
  std::size_t line, level;
  std::string title, anchor;
};
std::vector<Heading> headings(const Page& page);

/// A formula between `$` or `$$`: columns [begin, end) of its line, the dollars included.
struct Formula {
  std::size_t line, begin, end;
  bool display;
  std::string tex;
};
/// The formulas of a page; adds a finding for each `$` that has no partner on its line.
std::vector<Formula> formulas(const Page& page, Findings* findings = nullptr);

/// A link `[text](target)`, an image `![text](target)`, or the src or href of an HTML element. The
/// target stands in the columns [begin, end) of the line.
struct Link {
  std::size_t line, begin, end;
  std::string target;
  bool is_image;
};
std::vector<Link> links(const Page& page);

/// A link's target: the path before `#`, and the anchor behind it.
Halves path_and_anchor(const Link& link);
/// Whether a target names something outside the project: it has a scheme, such as https.
bool is_external(std::string_view target);

}  // namespace transformer::weave
