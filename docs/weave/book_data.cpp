#include "docs/weave/book_data.hpp"

#include <array>
#include <regex>
#include <set>
#include <sstream>

#include "docs/weave/book_filter.hpp"
#include "docs/weave/page.hpp"

namespace transformer::weave {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t words_a_minute = 200;

// A text between quotes, as scripts have it.
std::string in_quotes(std::string_view text) {
  std::string result = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') result += '\\';
    result += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
  }
  return result + "\"";
}

template <class Texts>
std::string row_of(const Texts& texts) {
  std::string row;
  for (const std::string& text : texts) row += (row.empty() ? "" : ",") + in_quotes(text);
  return "[" + row + "],\n";
}

std::string script(const std::string& name, const std::string& rows) {
  return "book." + name + " = [\n" + rows + "];\n";
}

// ---- Sections -----------------------------------------------------------------------------------

// What a reader sees of a line of Markdown.
std::string plain(std::string line) {
  struct Rule {
    std::regex pattern;
    const char* replacement;
  };
  static const std::array<Rule, 7> rules = {
      {{std::regex(R"(<!--.*?-->|</?[a-z][^>]*>)"), ""},
       {std::regex(R"(!?\[((?:[^\[\]]|\[[^\]]*\])*)\]\([^)]*\))"), "$1"},
       {std::regex(R"(\\(mathrm|mathbb|text)\b)"), ""},
       {std::regex(R"(\\[,;!\\ ])"), " "},
       {std::regex(R"(\\([A-Za-z]+))"), " $1 "},
       {std::regex(R"([*`$#{}]|^\s*>|^\s*[-+] |\|(\s*:?-+:?\s*\|)*)"), ""},
       {std::regex(R"(\s+)"), " "}}};
  for (const Rule& rule : rules) line = std::regex_replace(line, rule.pattern, rule.replacement);
  return line;
}

struct Section {
  std::string address, heading, text;
};

bool is_in_fence(const Page& page, std::size_t line) {
  for (const Fence& fence : page.fences) {
    if (fence.open <= line && line <= fence.close) return true;
  }
  return false;
}

// The title and each further heading begin a section. Code and output are left out: names are found
// by themselves.
std::vector<Section> sections_of(const Page& page, const fs::path& root) {
  const std::string label = page_label(page.path, root), file = label + ".html";
  const std::vector<Heading> all = headings(page);
  std::vector<Section> sections;
  std::size_t next = 0;
  for (std::size_t i = 0; i < page.lines.size(); ++i) {
    if (next < all.size() && all[next].line == i) {
      const Heading& heading = all[next++];
      const bool is_title = sections.empty() && heading.level == 1;
      sections.push_back(
          {is_title ? file : file + "#" + label + "-" + heading.anchor, plain(heading.title), ""});
    } else if (!sections.empty() && !is_in_fence(page, i)) {
      sections.back().text += plain(page.lines[i]) + " ";
    }
  }
  return sections;
}

std::size_t minutes_for(const std::vector<Section>& sections) {
  std::size_t n_words = 0;
  for (const Section& section : sections) {
    std::istringstream words(section.text);
    for (std::string word; words >> word;) ++n_words;
  }
  return n_words / words_a_minute + 1;
}

// ---- Tables -------------------------------------------------------------------------------------

// The cells of a row of a table.
Lines cells_of(std::string_view line) {
  Lines cells;
  line = trimmed(line);
  if (!line.starts_with("|")) return cells;
  std::istringstream row{std::string(line.substr(1))};
  for (std::string cell; std::getline(row, cell, '|');) cells.emplace_back(trimmed(cell));
  return cells;
}

// What stands between two marks in a cell, such as `w_1`, `b_1`.
Lines between(const std::string& cell, char mark) {
  Lines found;
  for (std::size_t at = 0; (at = cell.find(mark, at)) != npos;) {
    const std::size_t end = cell.find(mark, at + 1);
    if (end == npos) break;
    found.push_back(cell.substr(at + 1, end - at - 1));
    at = end + 1;
  }
  return found;
}

// `W_1, b_1` are two symbols.
Lines symbols_in(const std::string& cell) {
  Lines symbols;
  for (const std::string& formula : between(cell, '$')) {
    std::istringstream list(formula);
    for (std::string symbol; std::getline(list, symbol, ',');) {
      symbols.emplace_back(trimmed(symbol));
    }
  }
  return symbols;
}

}  // namespace

std::string contents_of_book(const Paths& pages, const fs::path& root) {
  std::string html, group;
  for (const fs::path& path : pages) {
    const std::string top = fs::absolute(path).lexically_relative(root).begin()->string();
    const bool is_note = top == "docs" || top == "CONTRIBUTING.md";
    const std::string own = top == "chapters"        ? "Chapters"
                            : top == "data"          ? "Data"
                            : is_note && group != "" ? "Notes"
                                                     : "";
    if (own != group || html.empty()) {
      html +=
          (html.empty() ? "" : "</ul>\n") + (own.empty() ? "" : "<p>" + own + "</p>\n") + "<ul>\n";
      group = own;
    }
    const std::vector<Section> sections = sections_of(read_page(path), root);
    if (sections.empty()) throw Error(path.string() + ": a page needs a title");
    const std::string title = html == "<ul>\n" ? "Contents" : sections.front().heading;
    html += "<li><a href=\"" + sections.front().address + "\" data-minutes=\"" +
            std::to_string(minutes_for(sections)) + "\">" + title + "</a></li>\n";
  }
  return html + "</ul>\n";
}

std::string searchable_sections(const Paths& pages, const fs::path& root) {
  std::string rows;
  for (const fs::path& path : pages) {
    const std::vector<Section> sections = sections_of(read_page(path), root);
    for (const Section& section : sections) {
      rows += row_of(std::array<std::string, 4>{section.address, sections.front().heading,
                                                section.heading, section.text});
    }
  }
  return script("sections", rows);
}

std::string searchable_names(const fs::path& tag_file) {
  static const std::regex opening(R"re(\s*<(compound|member) kind="(\w+)".*)re");
  static const std::regex entry(R"re(\s*<(name|filename|anchorfile|anchor)>(.*)</\1>)re");
  static const std::set<std::string> left_out = {"page", "dir", "namespace", "friend"};
  std::string kind, scope, name, file, anchor;
  std::set<std::string> rows;
  for (const std::string& line : lines_of(read_file(tag_file))) {
    std::smatch hit;
    if (std::regex_match(line, hit, opening)) {
      if (hit.str(1) == "compound") scope.clear();
      if (hit.str(1) == "member" && scope.empty() && kind != "file") scope = name;
      kind = hit.str(2);
      name = file = anchor = "";
    } else if (std::regex_match(line, hit, entry)) {
      const std::string what = hit.str(1);
      (what == "name" ? name : what == "anchor" ? anchor : file) = hit.str(2);
      if (what == "filename" && !left_out.contains(kind) && anchor.empty()) {
        rows.insert(row_of(std::array<std::string, 4>{name, kind, "", file}));
      }
    } else if (trimmed(line) == "</member>" && !left_out.contains(kind) && !file.empty()) {
      rows.insert(row_of(std::array<std::string, 4>{name, kind, scope, file + "#" + anchor}));
    }
  }
  std::string all;
  for (const std::string& row : rows) all += row;
  return script("names", all);
}

std::string symbols_of(const fs::path& page) {
  std::string rows;
  for (const std::string& line : read_page(page).lines) {
    const Lines cells = cells_of(line);
    if (cells.size() < 3 || cells[1] == "meaning" || cells[1].starts_with("-")) continue;
    const std::string meaning = plain(cells[1]);
    for (const std::string& tex : symbols_in(cells[0])) {
      rows += row_of(std::array<std::string, 3>{tex, "", meaning});
    }
    for (const std::string& name : between(cells[2], '`')) {
      rows += row_of(std::array<std::string, 3>{"", name, meaning});
    }
  }
  return script("symbols", rows);
}

}  // namespace transformer::weave
