#include "docs/weave/book_filter.hpp"

#include <algorithm>
#include <regex>

#include "docs/weave/page.hpp"
#include "docs/weave/questions.hpp"
#include "docs/weave/region.hpp"

namespace transformer::weave {
namespace {

namespace fs = std::filesystem;

constexpr const char* main_page = "index";

// Replaces columns [begin, end) of a line.
struct Edit {
  std::size_t line, begin, end;
  std::string text;
};

// The path of a file from the root.
fs::path from_root(const fs::path& file, const fs::path& root) {
  return fs::absolute(file).lexically_normal().lexically_relative(
      fs::absolute(root).lexically_normal());
}

std::string section_label(const std::string& page, const std::string& anchor) {
  return page + "-" + anchor;
}

bool is_source_of_book(const fs::path& path) {
  const std::string top = path.begin()->string(), extension = path.extension().string();
  const bool is_exercise = path.generic_string().find("/exercises/") != npos;
  return (top == "src" || top == "chapters") && !is_exercise &&
         (extension == ".hpp" || extension == ".cpp");
}

// What a link's target becomes; empty for what the book does not hold.
std::string reference(const Page& page, const Link& link, const fs::path& root) {
  const auto [path, anchor] = path_and_anchor(link);
  fs::path target = path.empty() ? page.path : page.path.parent_path() / path;
  if (fs::is_regular_file(target / "README.md")) target /= "README.md";
  const fs::path name = from_root(target, root);
  if (link.is_image) return name.generic_string();
  if (name.extension() == ".md" && *name.begin() != "tests") {
    const std::string label = page_label(target, root);
    return "@ref " + (anchor.empty() ? label : section_label(label, anchor));
  }
  return is_source_of_book(name) ? "@ref " + name.generic_string() : "";
}

// Doxygen reads links of one line: what stands of the text on the line before comes down.
void join_text(const Page& page, const Link& link, std::vector<Edit>& edits) {
  const std::string& above = page.lines[link.line - 1];
  const std::size_t open = above.rfind('[');
  edits.push_back({link.line - 1, open, above.size(), ""});
  edits.push_back({link.line, 0, 0, above.substr(open) + " "});
}

// In the list of chapters, a link whose text is only a number gets the title of the chapter.
void name_chapter(const Page& page, const Link& link, std::size_t open, std::vector<Edit>& edits) {
  const std::string text = page.lines[link.line].substr(open + 1, link.begin - open - 3);
  if (text.find_first_not_of("0123456789") != npos) return;
  const fs::path file = page.path.parent_path() / path_and_anchor(link).first / "README.md";
  if (!fs::is_regular_file(file)) return;
  const std::vector<Heading> all = headings(read_page(file));
  if (!all.empty()) edits.push_back({link.line, open + 1, link.begin - 2, all.front().title});
}

// Rewrites a link, or takes away all of it but its text.
void rewrite_link(const Page& page, const Link& link, const fs::path& root,
                  std::vector<Edit>& edits) {
  if (is_external(link.target)) return;
  const std::string target = reference(page, link, root);
  const std::string& line = page.prose[link.line];
  const bool in_brackets = link.begin >= 2 && line.compare(link.begin - 2, 2, "](") == 0;
  const std::size_t open = in_brackets ? line.rfind('[', link.begin) : npos;
  if (!target.empty()) {
    edits.push_back({link.line, link.begin, link.end, target});
    if (in_brackets && open == npos) join_text(page, link, edits);
    const bool is_main = page_label(page.path, root) == main_page;
    if (is_main && open != npos) name_chapter(page, link, open, edits);
    return;
  }
  if (open == npos) return;
  edits.push_back({link.line, open, open + 1, ""});
  edits.push_back({link.line, link.begin - 2, line.find(')', link.end) + 1, ""});
}

// Doxygen's commands for a ```math fence, in the place of its two lines.
void rewrite_math_fence(const Page& page, const Fence& fence, std::vector<Edit>& edits) {
  if (fence.language != "math" || fence.close == page.lines.size()) return;
  edits.push_back({fence.open, 0, page.lines[fence.open].size(), "\\f["});
  edits.push_back({fence.close, 0, page.lines[fence.close].size(), "\\f]"});
}

// `# 6. The decoder` would become a list of one item, numbered 1; a blank that does not break keeps
// the number.
void keep_number(const Page& page, const Heading& heading, std::vector<Edit>& edits) {
  const std::size_t digits = heading.title.find_first_not_of("0123456789");
  if (digits == 0 || heading.title.compare(std::min(digits, heading.title.size()), 2, ". ") != 0) {
    return;
  }
  const std::size_t blank = page.lines[heading.line].find(". ") + 1;
  edits.push_back({heading.line, blank, blank + 1, "\u00a0"});
}

// The title gets the label of the page, but for the main page, whose label Doxygen knows; all other
// headings get labels of their own. A page of several sections begins with a table of contents.
void label_headings(const Page& page, const std::string& label, std::vector<Edit>& edits) {
  const std::vector<Heading> all = headings(page);
  for (const Heading& heading : all) {
    const bool is_title = &heading == &all.front() && heading.level == 1;
    if (is_title && label == main_page) continue;
    const std::string own = is_title ? label : section_label(label, heading.anchor);
    const std::size_t end = page.lines[heading.line].size(), below = heading.line + 1;
    edits.push_back({heading.line, end, end, std::string(" {#").append(own).append("}")});
    keep_number(page, heading, edits);
    if (!is_title || all.size() < 4 || below >= page.lines.size()) continue;
    if (page.lines[below].empty()) edits.push_back({below, 0, 0, "[TOC]"});
  }
}

// The last line of a chapter's page, which leads to its neighbours, gets a place of its own.
void frame_chain(Lines& lines) {
  static const std::regex chain(R"((\[(previous|contents|next)\]\([^)]*\)( \| )?)+)");
  static const std::regex bar(R"( \| )");
  if (lines.empty() || !std::regex_match(lines.back(), chain)) return;
  lines.back() = std::regex_replace(lines.back(), bar, " ");
  lines.back().insert(0, "<div class=\"chain\">").append("</div>");
}

// ---- What Doxygen gets wrong --------------------------------------------------------------------

// Whether an asterisk or a pair of them at `at` can begin, and can end, what is emphasized.
bool can_open(const std::string& line, std::size_t at, std::size_t n) {
  return at + n < line.size() && line[at + n] != ' ' && line[at + n] != '*';
}
bool can_close(const std::string& line, std::size_t at) { return at > 0 && line[at - 1] != ' '; }

// Emphasis as elements: Doxygen does not see the end of one that holds a formula and a mark.
void write_emphasis(const Page& page, std::vector<Edit>& edits) {
  std::vector<Edit> open;  // by their end: the number of asterisks
  for (std::size_t i = 0; i < page.prose.size(); ++i) {
    const std::string& line = page.prose[i];
    if (is_blank(page.lines[i]) || trimmed(line).starts_with("|")) open.clear();
    if (line.starts_with("#")) continue;  // a heading
    for (std::size_t at = 0; (at = line.find('*', at)) != npos;) {
      const std::size_t n = line.compare(at, 2, "**") == 0 ? 2 : 1;
      const bool escaped = at > 0 && line[at - 1] == '\\';
      const std::string name = n == 2 ? "b" : "em";
      const bool closes = !open.empty() && open.back().end - open.back().begin == n;
      if (!escaped && closes && can_close(line, at)) {
        edits.push_back(open.back());
        edits.push_back({i, at, at + n, "</" + name + ">"});
        open.pop_back();
      } else if (!escaped && can_open(line, at, n)) {
        open.push_back({i, at, at + n, "<" + name + ">"});
      }
      at += n;
    }
  }
}

// The source of the book that a name in a code span means, from the root: beside the page, from the
// root, or, of `.cpp`, beside what was named before it. Empty if there is none.
fs::path source_named(const Page& page, const std::string& name, const fs::path& before,
                      const fs::path& root) {
  if (name.find_first_of(" <>") != npos) return {};
  const fs::path sibling = name.starts_with(".") && !before.empty()
                               ? root / fs::path(before).replace_extension(name)
                               : fs::path();
  for (const fs::path& path : {sibling, page.path.parent_path() / name, root / name}) {
    if (path.empty() || !fs::is_regular_file(path)) continue;
    const fs::path named = from_root(path, root);
    if (is_source_of_book(named)) return named;
  }
  return {};
}

// Code in a line: a name of a source leads there; Doxygen takes a single backtick and an apostrophe
// for a quotation, two backticks not.
void write_code_spans(const Page& page, const fs::path& root, std::vector<Edit>& edits) {
  static const std::regex span("`[^`]+`");
  for (std::size_t i = 0; i < page.lines.size(); ++i) {
    const std::string& line = page.lines[i];
    fs::path before;
    if (is_blank(page.prose[i]) || line.starts_with("#")) continue;  // code, or a heading
    for (std::sregex_iterator hit(line.begin(), line.end(), span), end; hit != end; ++hit) {
      const auto begin = static_cast<std::size_t>(hit->position());
      const std::size_t close = begin + hit->str().size();
      const bool in_link = begin > 0 && line[begin - 1] == '[' &&
                           line.compare(close, 2, "](") == 0 && line.find("](http", close) != close;
      if (page.prose[i][begin] != ' ' || (begin > 0 && line[begin - 1] == '`')) continue;
      const std::string code = hit->str().substr(1, hit->str().size() - 2);
      const fs::path source = source_named(page, code, before, root);
      if (!source.empty()) before = source;
      if (in_link) {  // the text of a reference is shown as it is, backticks too
        edits.push_back({i, begin, close, code});
      } else if (!source.empty()) {
        edits.push_back({i, begin, close, "[" + code + "](@ref " + source.generic_string() + ")"});
      } else if (code.find('\'') != npos) {
        edits.push_back({i, begin, begin, "`"});
        edits.push_back({i, close, close, "`"});
      }
    }
  }
}

// ---- What a block is
// ------------------------------------------------------------------------------

// A frame around code, which names its source, and one around output.
void frame_blocks(const Page& page, const fs::path& root, std::vector<Edit>& edits) {
  for (const Marker& marker : page.markers) {
    const bool is_code = marker.word == "code";
    if (!is_code && marker.word != "output" && marker.word != "recorded") continue;
    const std::optional<Fence> fence = fence_after(page, marker.line);
    if (!fence || fence->close + 1 >= page.lines.size()) continue;
    if (!is_blank(page.lines[fence->close + 1])) continue;
    std::string open = "<div class=\"output\">";
    if (is_code) {
      const std::string name = split(marker.argument, "#").first;
      const fs::path source = source_named(page, name, {}, root);
      open = "<div class=\"listing\"><div class=\"caption\">";
      open += source.empty() ? name : "[" + name + "](@ref " + source.generic_string() + ")";
      open += "</div>";
    }
    const std::string indent(indentation(page.lines[fence->open]), ' ');
    const std::size_t below = fence->close + 1;
    edits.push_back({marker.line, marker.end, marker.end, open});
    edits.push_back({below, 0, page.lines[below].size(), indent + "</div>"});
  }
}

// <details> reaches the book as it is, which Doxygen would lose; a choice says whether it is right.
void keep_details(const Page& page, std::vector<Edit>& edits) {
  for (const Details& details : details_of(page)) {
    const std::string open = "@htmlonly[block]", close = "@endhtmlonly";
    const std::string kind = details.is_right ? "choice right" : "choice wrong";
    const std::string tag = details.is_choice() ? "<details class=\"" + kind + "\">" : "<details>";
    edits.push_back({details.open, 0, std::string("<details>").size(), open + tag});
    const std::size_t end = page.lines[details.open].size();
    edits.push_back({details.open, end, end, close});
    edits.push_back(
        {details.close, 0, page.lines[details.close].size(), open + "</details>" + close});
  }
}

std::string filtered_page(const fs::path& file, const fs::path& root) {
  const Page page = read_page(file);
  std::vector<Edit> edits;
  for (const Marker& marker : page.markers) {
    edits.push_back({marker.line, marker.begin, marker.end, ""});
  }
  for (const Fence& fence : page.fences) rewrite_math_fence(page, fence, edits);
  for (const Formula& formula : formulas(page)) {
    const std::string open = formula.display ? "\\f[" : "\\f$";
    const std::string close = formula.display ? "\\f]" : "\\f$";
    std::string command = open;
    command.append(formula.tex).append(close);
    edits.push_back({formula.line, formula.begin, formula.end, command});
  }
  for (const Link& link : links(page)) rewrite_link(page, link, root, edits);
  label_headings(page, page_label(file, root), edits);
  write_emphasis(page, edits);
  write_code_spans(page, root, edits);
  frame_blocks(page, root, edits);
  keep_details(page, edits);

  Lines lines = page.lines;
  std::stable_sort(edits.begin(), edits.end(), [](const Edit& a, const Edit& b) {
    return a.line != b.line ? a.line > b.line : a.begin > b.begin;
  });
  for (const Edit& edit : edits) {
    lines[edit.line].replace(edit.begin, edit.end - edit.begin, edit.text);
  }
  frame_chain(lines);
  return text_of(lines);
}

// Makes the comment that a source opens with the documentation of the file.
void document_file(Lines& lines) {
  std::size_t n = 0;
  while (n < lines.size() && lines[n].starts_with("// ")) lines[n++].insert(2, 1, '/');
  if (n > 0) lines[n - 1] += " @file";
}

// In documentation, writes < so that it cannot begin an element, a backslash so that it cannot
// begin a command, and a number that happens to begin a line so that it cannot begin a list.
void escape_documentation(std::string& line) {
  static const std::regex number(R"(^( *///<? *\d+)\.)");
  std::size_t at = line.find("///");
  if (at == npos) return;
  at += line.compare(at, 4, "///<") == 0 ? 4 : 3;
  bool in_code = false;
  for (; at < line.size(); ++at) {
    if (line[at] == '`') in_code = !in_code;
    if (line[at] == '\\' && !in_code) line.insert(at++, 1, '\\');
    if (line[at] == '<') line.replace(at, 1, "&lt;");
  }
  line = std::regex_replace(line, number, "$1\\.");
}

// Hides what a file keeps to itself: Doxygen would take it for everybody's.
void hide_own(std::string& line) {
  if (line == "namespace {") line = "namespace { /** @cond */";
  if (line == "}  // namespace") line = "/** @endcond */ }";
}

std::string filtered_source(const fs::path& file) {
  Lines lines = lines_of(read_file(file));
  document_file(lines);
  for (std::string& line : lines) {
    if (!region_mark(line).empty()) line.clear();
    escape_documentation(line);
    hide_own(line);
  }
  return text_of(lines);
}

}  // namespace

std::string page_label(const fs::path& page, const fs::path& root) {
  fs::path name = from_root(page, root);
  if (name == "README.md") return main_page;
  name = name.filename() == "README.md" ? name.parent_path() : name.replace_extension();
  std::string label = name.generic_string();
  if (label.starts_with("docs/")) label.erase(0, 5);
  if (label.starts_with("chapters/")) label.replace(0, 9, "chapter_");
  for (char& c : label) c = c == '/' || c == '.' ? '_' : static_cast<char>(std::tolower(c));
  return label;
}

std::string filtered(const fs::path& file, const fs::path& root) {
  return file.extension() == ".md" ? filtered_page(file, root) : filtered_source(file);
}

}  // namespace transformer::weave
