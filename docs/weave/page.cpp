#include "docs/weave/page.hpp"

#include <utf8.h>
#include <utf8proc.h>

#include <iterator>
#include <map>
#include <regex>

namespace transformer::weave {
namespace {

// The run of backticks or tildes that a fence begins with; empty if the line is none.
std::string fence_run(std::string_view line) {
  line = trimmed(line);
  if (line.empty() || (line[0] != '`' && line[0] != '~')) return {};
  const std::size_t n = std::min(line.find_first_not_of(line[0]), line.size());
  if (n < 3 || line.find('`', n) != npos) return {};
  return std::string(line.substr(0, n));
}

void find_fences(Page& page) {
  for (std::size_t i = 0; i < page.lines.size(); ++i) {
    const std::string run = fence_run(page.lines[i]);
    if (run.empty()) continue;
    Fence fence{i, i + 1, std::string(trimmed(trimmed(page.lines[i]).substr(run.size())))};
    const auto closes = [&run](std::string_view line) {
      line = trimmed(line);
      return line.starts_with(run) && line.find_first_not_of(run[0]) == npos;
    };
    while (fence.close < page.lines.size() && !closes(page.lines[fence.close])) ++fence.close;
    page.fences.push_back(fence);
    i = fence.close;
  }
  for (const Fence& fence : page.fences) {
    for (std::size_t i = fence.open; i < std::min(fence.close + 1, page.lines.size()); ++i) {
      page.prose[i].assign(page.prose[i].size(), ' ');
    }
  }
}

// Code that is indented by four blanks, after a blank line and outside lists.
void blank_indented_code(Page& page) {
  static const std::regex item(R"(^ *([-*+]|\d+[.)]) .*)");
  bool in_list = false, after_blank = true, in_code = false;
  for (std::string& line : page.prose) {
    if (is_blank(line)) {
      after_blank = true;
      continue;
    }
    const bool indented = indentation(line) >= 4;
    in_code = indented && !in_list && (after_blank || in_code);
    if (in_code) {
      line.assign(line.size(), ' ');
    } else if (std::regex_match(line, item)) {
      in_list = true;
    } else if (after_blank && indentation(line) == 0) {
      in_list = false;
    }
    after_blank = false;
  }
}

// Code spans and comments of a line: whichever begins first hides the other.
void blank_spans(Page& page, std::size_t line_number) {
  std::string& line = page.prose[line_number];
  for (std::size_t at = 0; (at = line.find_first_of("`<", at)) != npos;) {
    std::size_t end = npos;
    if (line[at] == '`') {
      const std::size_t n = std::min(line.find_first_not_of('`', at), line.size()) - at;
      const std::string run(n, '`');
      std::size_t close = line.find(run, at + n);
      while (close != npos && line[close + n] == '`') {
        close = line.find(run, line.find_first_not_of('`', close));
      }
      end = close == npos ? npos : close + n;
      if (end == npos) at += n;
    } else if (line.compare(at, 4, "<!--") == 0) {
      const std::size_t close = line.find("-->", at);
      end = close == npos ? line.size() : close + 3;
      const std::size_t inside = std::min(close, line.size()) - at - 4;
      const Halves halves = split(line.substr(at + 4, inside), ":");
      page.markers.push_back({line_number, at, end, halves.first, halves.second});
    } else {
      ++at;
    }
    if (end == npos) continue;
    line.replace(at, end - at, end - at, ' ');
    at = end;
  }
}

// The text of a heading: of a link in it, what stands in the brackets.
std::string text_of_heading(const std::string& source) {
  static const std::regex link(R"(!?\[([^\]]*)\]\([^)]*\))");
  return std::regex_replace(source, link, "$1");
}

// Letters, numbers and signs that combine with them, in any script.
bool is_word_part(utf8proc_int32_t c) {
  const auto category = utf8proc_category(c);
  return category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_NO;
}

// GitHub's rule: small letters, blanks to hyphens, punctuation left out.
std::string anchor_of(const std::string& title) {
  std::string anchor;
  const std::string text = text_of_heading(title);
  for (auto at = text.begin(); at != text.end();) {
    const auto c = static_cast<utf8proc_int32_t>(utf8::unchecked::next(at));
    if (c == ' ' || c == '-') {
      anchor += '-';
    } else if (c == '_' || is_word_part(c)) {
      utf8::unchecked::append(static_cast<char32_t>(utf8proc_tolower(c)),
                              std::back_inserter(anchor));
    }
  }
  return anchor;
}

// And an anchor that is taken gets a number.
class Anchors {
 public:
  std::string of(const std::string& title) {
    const std::string wanted = anchor_of(title);
    std::string anchor = wanted;
    while (n_taken_.contains(anchor)) anchor = wanted + "-" + std::to_string(++n_taken_[wanted]);
    n_taken_[anchor] = 0;
    return anchor;
  }

 private:
  std::map<std::string, int> n_taken_;
};

// A line of = or - below a line of text makes a heading of it.
std::size_t underlined_level(const Page& page, std::size_t line) {
  static const std::regex text(R"( {0,3}[^\s>#|*+-].*)"), rule(R"( {0,3}(=+|-+)\s*)");
  if (line + 1 >= page.prose.size() || !std::regex_match(page.prose[line], text)) return 0;
  if (!std::regex_match(page.prose[line + 1], rule)) return 0;
  return trimmed(page.prose[line + 1]).front() == '=' ? 1 : 2;
}

}  // namespace

Page parse_page(const std::filesystem::path& path, std::string_view text) {
  Page page{path, lines_of(text), {}, {}, {}};
  for (std::size_t i = 0; i < page.lines.size(); ++i) {
    if (utf8::is_valid(page.lines[i])) continue;
    throw Error(path.string() + ":" + std::to_string(i + 1) + ": not UTF-8; save the page as that");
  }
  page.prose = page.lines;
  find_fences(page);
  blank_indented_code(page);
  for (std::size_t i = 0; i < page.prose.size(); ++i) blank_spans(page, i);
  return page;
}

Page read_page(const std::filesystem::path& path) { return parse_page(path, read_file(path)); }

std::optional<Fence> fence_after(const Page& page, std::size_t line) {
  do ++line;
  while (line < page.lines.size() && is_blank(page.lines[line]));
  for (const Fence& fence : page.fences) {
    if (fence.open == line && fence.close < page.lines.size()) return fence;
  }
  return std::nullopt;
}

std::vector<Heading> headings(const Page& page) {
  std::vector<Heading> found;
  Anchors anchors;
  for (std::size_t i = 0; i < page.lines.size(); ++i) {
    if (const std::size_t level = underlined_level(page, i); level > 0) {
      const std::string title(trimmed(page.lines[i]));
      found.push_back({i, level, title, anchors.of(title)});
      continue;
    }
    const std::size_t level = std::min(page.prose[i].find_first_not_of('#'), page.prose[i].size());
    if (level == 0 || level > 6 || page.prose[i][level] != ' ') continue;
    const std::string title(trimmed(std::string_view(page.lines[i]).substr(level)));
    found.push_back({i, level, title, anchors.of(title)});
  }
  return found;
}

std::vector<Formula> formulas(const Page& page, Findings* findings) {
  std::vector<Formula> found;
  for (std::size_t i = 0; i < page.prose.size(); ++i) {
    const std::string& line = page.prose[i];
    for (std::size_t at = 0; (at = line.find('$', at)) != npos;) {
      if (at > 0 && line[at - 1] == '\\') {
        ++at;
        continue;
      }
      const std::string dollars = line.compare(at, 2, "$$") == 0 ? "$$" : "$";
      const std::size_t begin = at + dollars.size(), end = line.find(dollars, begin);
      if (end == npos) {
        if (findings) findings->push_back({i, dollars + " has no partner on its line"});
        break;
      }
      at = end + dollars.size();
      found.push_back({i, begin - dollars.size(), at, dollars.size() == 2,
                       page.lines[i].substr(begin, end - begin)});
    }
  }
  return found;
}

std::vector<Link> links(const Page& page) {
  static const std::regex markdown(
      R"((!?)\[((?:[^\[\]]|\[[^\]]*\])*)\]\(([^()\s]*)(?: +"[^"]*")?\))");
  static const std::regex element(R"re(<(img|a)\b[^>]*?\b(src|href)="([^"]*)")re");
  Lines text = page.prose;
  for (const Formula& formula : formulas(page)) {
    text[formula.line].replace(formula.begin, formula.end - formula.begin,
                               formula.end - formula.begin, ' ');
  }
  std::vector<Link> found;
  const auto add = [&found](std::size_t line, const std::smatch& match, bool is_image) {
    found.push_back({line, static_cast<std::size_t>(match.position(3)),
                     static_cast<std::size_t>(match.position(3) + match.length(3)), match.str(3),
                     is_image});
  };
  // The end of a link whose text began on the line before.
  static const std::regex continued(R"(^()([^\[\]]*)\]\(([^()\s]*)\))");
  for (std::size_t i = 0; i < text.size(); ++i) {
    std::smatch rest;
    const bool is_open = i > 0 && text[i - 1].rfind('[') != npos &&
                         text[i - 1].find(']', text[i - 1].rfind('[')) == npos;
    if (is_open && std::regex_search(text[i], rest, continued)) add(i, rest, false);
    for (std::sregex_iterator hit(text[i].begin(), text[i].end(), markdown), end; hit != end; ++hit)
      add(i, *hit, hit->length(1) > 0);
    for (std::sregex_iterator hit(text[i].begin(), text[i].end(), element), end; hit != end; ++hit)
      add(i, *hit, hit->str(1) == "img");
  }
  return found;
}

Halves path_and_anchor(const Link& link) { return split(link.target, "#"); }

bool is_external(std::string_view target) {
  const std::size_t colon = target.find(':');
  return colon != npos && target.find('/') > colon;
}

}  // namespace transformer::weave
