#include "docs/weave/questions.hpp"

#include <algorithm>
#include <regex>

namespace transformer::weave {
namespace {

std::size_t next_text(const Page& page, std::size_t line) {
  do ++line;
  while (line < page.lines.size() && is_blank(page.lines[line]));
  return line;
}

bool is_blank_at(const Page& page, std::size_t line) {
  return line >= page.lines.size() || is_blank(page.lines[line]);
}

bool holds_value(const Page& page, const Details& choice) {
  return std::any_of(page.markers.begin(), page.markers.end(), [&choice](const Marker& marker) {
    return marker.word == "value" && choice.open <= marker.line && marker.line <= choice.close;
  });
}

// One question: the choices [first, last).
using Place = std::vector<Details>::const_iterator;
void check_question(const Page& page, Place first, Place last, Findings& findings) {
  const auto n_right = std::count_if(first, last, [](const Details& d) { return d.is_right; });
  if (last - first < 2) findings.push_back({first->open, "a question needs two choices or more"});
  if (n_right != 1) {
    findings.push_back({first->open,
                        "of a question's choices one begins with Right, the others "
                        "with No; here Right stands " +
                            std::to_string(n_right) + " times"});
  }
  for (Place choice = first; choice != last; ++choice) {
    if (holds_value(page, *choice)) continue;
    findings.push_back({choice->open, "the answer holds no value that the program printed"});
  }
}

}  // namespace

std::vector<Details> details_of(const Page& page) {
  static const std::regex opening(R"(<details><summary>.+</summary>)");
  std::vector<Details> all;
  for (std::size_t i = 0; i < page.lines.size(); ++i) {
    if (!page.prose[i].starts_with("<details>") || !std::regex_match(page.lines[i], opening) ||
        !is_blank_at(page, i + 1)) {
      continue;
    }
    std::size_t close = i + 1;
    while (close < page.lines.size() && page.prose[close] != "</details>") ++close;
    if (close == page.lines.size()) break;
    const std::size_t text = next_text(page, i);
    const bool is_right = page.lines[text].starts_with("Right:");
    all.push_back({i, close, is_right, !is_right && page.lines[text].starts_with("No:")});
    i = close;
  }
  return all;
}

Findings check_questions(const Page& page) {
  Findings findings;
  const std::vector<Details> all = details_of(page);
  for (auto first = all.begin(); first != all.end();) {
    auto last = first + 1;
    while (last != all.end() && next_text(page, (last - 1)->close) == last->open) ++last;
    if (std::any_of(first, last, [](const Details& d) { return d.is_choice(); })) {
      check_question(page, first, last, findings);
    }
    first = last;
  }
  static const std::regex tag(R"(</?(details|summary)\b)");
  for (std::size_t i = 0; i < page.prose.size(); ++i) {
    const bool is_known = std::any_of(
        all.begin(), all.end(), [i](const Details& d) { return d.open == i || d.close == i; });
    if (is_known || !std::regex_search(page.prose[i], tag)) continue;
    findings.push_back({i,
                        "the HTML book loses this <details>: it begins with a line "
                        "<details><summary>...</summary> and a blank one, and ends with a line "
                        "</details>"});
  }
  return findings;
}

}  // namespace transformer::weave
