#include "docs/weave/prose.hpp"

#include <cctype>
#include <regex>

namespace transformer::weave {
namespace {

bool is_punctuation(char c) { return std::ispunct(static_cast<unsigned char>(c)) != 0; }
bool is_space(char c) { return std::isspace(static_cast<unsigned char>(c)) != 0; }

// What Markdown may take an underscore for, by the rules of CommonMark, section 6.2.
struct Underscore {
  bool opens, closes;
};

Underscore underscore(const std::string& line, std::size_t at) {
  const char before = at == 0 ? ' ' : line[at - 1];
  const char after = at + 1 == line.size() ? ' ' : line[at + 1];
  const bool left =
      !is_space(after) && (!is_punctuation(after) || is_space(before) || is_punctuation(before));
  const bool right =
      !is_space(before) && (!is_punctuation(before) || is_space(after) || is_punctuation(after));
  return {left && (!right || is_punctuation(before)), right && (!left || is_punctuation(after))};
}

// What a host would change in one formula.
void check_formula(const Page& page, const Formula& formula, Findings& findings) {
  const auto complain = [&](const std::string& what) {
    findings.push_back(
        {formula.line,
         "formula " + page.lines[formula.line].substr(formula.begin, formula.end - formula.begin) +
             ": " + what + "; use a ```math fence or simpler math"});
  };
  const std::string& tex = formula.tex;
  if (is_blank(tex)) return complain("is empty");
  if (!formula.display && (is_space(tex.front()) || is_space(tex.back()))) {
    complain("a blank beside a $ keeps hosts from typesetting it");
  }
  if (tex.find('*') != npos) complain("hosts take * for emphasis; write \\cdot or \\times");
  static const std::regex escape(R"(\\[!-/:-@\[-`{-~])"), tag(R"(<[A-Za-z/!?])");
  std::smatch hit;
  if (std::regex_search(tex, hit, escape)) complain("hosts drop the backslash of " + hit.str());
  if (std::regex_search(tex, hit, tag)) complain("hosts take " + hit.str() + " for an element");
  if (trimmed(page.lines[formula.line]).starts_with("|") && tex.find('|') != npos) {
    complain("a bar ends the cell of a table; write \\vert");
  }
}

// An underscore that opens emphasis in one formula of a paragraph, and one behind it that closes.
void check_underscores(const Page& page, const std::vector<Formula>& all, Findings& findings) {
  const Formula* opener = nullptr;
  std::size_t opened_on = 0;
  for (const Formula& formula : all) {
    for (std::size_t i = opened_on; opener != nullptr && i < formula.line; ++i) {
      if (is_blank(page.lines[i])) opener = nullptr;
    }
    const std::string& line = page.lines[formula.line];
    for (std::size_t at = formula.begin; at < formula.end; ++at) {
      if (line[at] != '_' || line[at - 1] == '\\') continue;
      const Underscore role = underscore(line, at);
      if (opener != nullptr && role.closes) {
        findings.push_back({opener->line, "formula $" + opener->tex + "$: hosts take its _ and " +
                                              "one behind it for emphasis; use a ```math fence"});
        opener = nullptr;
      } else if (opener == nullptr && role.opens) {
        opener = &formula;
        opened_on = formula.line;
      }
    }
  }
}

struct Lost {
  const char* pattern;
  const char* name;
};

// Markdown that the HTML book would lose.
void check_lost(const Page& page, Findings& findings) {
  static const Lost all_lost[] = {{R"(\[\^[^\]]+\])", "footnotes"},
                                  {R"(^\s*>\s*\[![A-Z]+\])", "alerts"},
                                  {R"(^\s*[-*+] \[[ xX]\] )", "task lists"}};
  for (const Lost& lost : all_lost) {
    const std::regex pattern(lost.pattern);
    for (std::size_t i = 0; i < page.prose.size(); ++i) {
      if (!std::regex_search(page.prose[i], pattern)) continue;
      findings.push_back({i, std::string("the HTML book loses ") + lost.name});
    }
  }
  for (std::size_t i = 0; i < page.lines.size(); ++i) {
    const bool is_row = trimmed(page.prose[i]).starts_with("|");
    if (!is_row) continue;
    // Code spans are blank in the prose: a bar that stands in the line alone was code.
    for (std::size_t at = 0; at < page.lines[i].size(); ++at) {
      if (page.lines[i][at] != '|' || page.prose[i][at] == '|') continue;
      findings.push_back({i, "a bar in code ends the cell of a table"});
      break;
    }
  }
}

// A comment at the begin of a line makes a block of HTML of what follows, up to the next blank
// line: hosts show its links, emphasis and formulas as they are written. Alone on its line it does
// no harm.
void check_comments(const Page& page, Findings& findings) {
  static const std::regex begins(R"(^\s*(> ?|[-*+] )*\s*<!--.*-->\s*\S)");
  for (std::size_t i = 0; i < page.lines.size(); ++i) {
    if (!std::regex_search(page.lines[i], begins)) continue;
    findings.push_back({i,
                        "a line begins with a comment: hosts take what follows for HTML; break the "
                        "line elsewhere"});
  }
}

}  // namespace

Findings check_prose(const Page& page) {
  Findings findings;
  for (const Fence& fence : page.fences) {
    if (fence.close == page.lines.size()) findings.push_back({fence.open, "the fence stays open"});
  }
  const std::vector<Formula> all = formulas(page, &findings);
  for (const Formula& formula : all) check_formula(page, formula, findings);
  check_underscores(page, all, findings);
  check_lost(page, findings);
  check_comments(page, findings);
  return findings;
}

}  // namespace transformer::weave
