#include <algorithm>
#include <regex>

#include "docs/weave/prose.hpp"

namespace transformer::weave {
namespace {

namespace fs = std::filesystem;

// What a host shows for a target: of a folder, its README.md.
fs::path shown_file(const fs::path& target) {
  const fs::path readme = target / "README.md";
  return fs::is_regular_file(readme) ? readme : target;
}

bool has_anchor(const Page& page, const std::string& anchor) {
  const std::vector<Heading> all = headings(page);
  return std::any_of(all.begin(), all.end(),
                     [&anchor](const Heading& heading) { return heading.anchor == anchor; });
}

bool is_inside(const fs::path& path, const fs::path& root) {
  const fs::path way = path.lexically_relative(root);
  return !way.empty() && *way.begin() != "..";
}

// What is wrong with one link; nothing if it leads somewhere.
std::string fault(const Page& page, const Link& link, const fs::path& root) {
  const auto [path, anchor] = path_and_anchor(link);
  const fs::path folder = fs::absolute(page.path).parent_path();
  const fs::path target =
      path.empty() ? fs::absolute(page.path) : (folder / path).lexically_normal();
  if (!is_inside(target, root)) return "leads out of the project";
  if (!fs::exists(target)) return "leads nowhere: there is no " + path;
  if (link.is_image && !fs::is_regular_file(target)) return "is no picture: " + path;
  if (link.target.find('#') == npos) return {};

  const fs::path file = shown_file(target);
  if (file.extension() == ".md") {
    const bool found = has_anchor(path.empty() ? page : read_page(file), anchor);
    return found ? "" : "leads nowhere: no heading has the anchor #" + anchor;
  }
  static const std::regex line_number(R"(L(\d+)(-L\d+)?)");
  std::smatch hit;
  if (!fs::is_regular_file(file) || !std::regex_match(anchor, hit, line_number)) {
    return "has an anchor, but its target is no page";
  }
  const bool found = std::stoull(hit.str(1)) <= lines_of(read_file(file)).size();
  return found ? "" : "leads nowhere: the file has no line " + hit.str(1);
}

}  // namespace

Findings check_links(const Page& page, const fs::path& root) {
  Findings findings;
  for (const Link& link : links(page)) {
    if (is_external(link.target)) continue;
    const std::string what = fault(page, link, fs::absolute(root).lexically_normal());
    if (what.empty()) continue;
    findings.push_back(
        {link.line, (link.is_image ? "image " : "link ") + link.target + " " + what});
  }
  return findings;
}

Findings check_chain(const Page& page) {
  const fs::path folder = fs::absolute(page.path).parent_path().lexically_normal();
  static const std::regex chapter(R"(\d\d[a-z]?_\w+)");
  std::string previous, next;
  for (const auto& entry : fs::directory_iterator(folder.parent_path())) {
    const std::string name = entry.path().filename().string(), own = folder.filename().string();
    if (!entry.is_directory() || !std::regex_match(name, chapter)) continue;
    if (name < own && name > previous) previous = name;
    if (name > own && (next.empty() || name < next)) next = name;
  }

  std::string expected = "[contents](../../README.md)";
  if (!previous.empty()) expected = "[previous](../" + previous + "/README.md) | " + expected;
  if (!next.empty()) expected += " | [next](../" + next + "/README.md)";
  std::size_t last = page.lines.size();
  while (last > 0 && is_blank(page.lines[last - 1])) --last;
  if (last > 0 && trimmed(page.lines[last - 1]) == expected) return {};
  return {{last == 0 ? 0 : last - 1, "the last line of the page must be " + expected}};
}

}  // namespace transformer::weave
