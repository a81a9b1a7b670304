#include "docs/weave/generated.hpp"

#include <sys/utsname.h>

#include <algorithm>
#include <array>
#include <ctime>
#include <fstream>
#include <regex>
#include <thread>

#include "docs/weave/diff.hpp"
#include "docs/weave/region.hpp"

namespace transformer::weave {
namespace {

namespace fs = std::filesystem;

fs::path chapter_folder(const Page& page) { return fs::absolute(page.path).parent_path(); }

// `file#region`: the file is meant from the root if it begins with a folder of the root.
Lines expected_code(const Page& page, const Marker& marker, const Sources& sources) {
  const auto [file, region] = split(marker.argument, "#");
  if (region.empty()) throw Error("a code marker names a file and a region, <file>#<region>");
  const std::string top = fs::path(file).begin()->string();
  const bool from_root = top == "src" || top == "chapters" || top == "tests";
  return read_region((from_root ? sources.root : chapter_folder(page)) / file, region);
}

const Run& program_of(const Sources& sources) {
  if (sources.run == nullptr) throw Error("needs a program: --program PATH");
  return *sources.run;
}

Lines expected_output(const Marker& marker, const Sources& sources) {
  const Section* section = program_of(sources).output.find(marker.argument);
  if (section == nullptr) throw Error("the program prints no section ## " + marker.argument);
  if (section->takes_long() != (marker.word == "recorded")) {
    throw Error(section->takes_long() ? "the scene takes long: say recorded, and weave record it"
                                      : "the scene does not take long: say output");
  }
  return section->lines;
}

// The head of what is recorded: the day and the machine.
bool is_head(const std::string& line) {
  static const std::regex head(R"(recorded \d{4}-\d\d-\d\d on .+)");
  return std::regex_match(line, head);
}

// Where the text ends that a value marker binds, if it begins at the column `begin`.
std::size_t value_end(const std::string& line, std::size_t begin) {
  std::size_t end = begin;
  while (end < line.size() && std::string_view(" \t,;:)|*<").find(line[end]) == npos) {
    const bool last = end + 1 == line.size() || line[end + 1] == ' ';
    if (line[end] == '.' && last) break;
    ++end;
  }
  return end;
}

std::string expected_value(const Marker& marker, const Sources& sources) {
  const std::set<std::string> values = program_of(sources).output.values(marker.argument);
  if (values.empty()) throw Error("the program prints no line `" + marker.argument + ": ...`");
  std::string value = *values.begin();
  if (values.size() > 1) {
    throw Error("the program prints it more than once: " + value + " and " + *values.rbegin());
  }
  if (value_end(value, 0) != value.size()) throw Error("it is not one word: " + value);
  return value;
}

Part value_part(const Page& page, const Marker& marker, const Sources& sources) {
  const std::string& line = page.lines[marker.line];
  const std::size_t end = value_end(line, marker.end);
  const std::string shown = line.substr(marker.end, end - marker.end);
  return {marker.word + " " + marker.argument, marker.line, marker.end, true, {shown},
          {expected_value(marker, sources)}};
}

Part block_part(const Page& page, const Marker& marker, Lines expected) {
  const std::optional<Fence> fence = fence_after(page, marker.line);
  if (!fence) throw Error("no fenced block follows it");
  const std::string indent(indentation(page.lines[fence->open]), ' ');
  for (std::string& line : expected) {
    if (!line.empty()) line.insert(0, indent);
  }
  const auto begin = page.lines.begin() + static_cast<std::ptrdiff_t>(fence->open) + 1;
  const auto end = page.lines.begin() + static_cast<std::ptrdiff_t>(fence->close);
  return {marker.word + " " + marker.argument, fence->open + 1, 0, false, {begin, end}, expected};
}

// It should be as it is, if it is a recording of a scene that takes long.
Part recorded_part(const Page& page, const Marker& marker, const Sources& sources) {
  if (sources.run != nullptr) expected_output(marker, sources);
  Part part = block_part(page, marker, {});
  if (part.lines.empty() || !is_head(std::string(trimmed(part.lines.front())))) {
    throw Error("nothing is recorded below it: weave record");
  }
  part.expected = part.lines;
  return part;
}

Part part_of(const Page& page, const Marker& marker, const Sources& sources) {
  if (marker.word == "code") return block_part(page, marker, expected_code(page, marker, sources));
  if (marker.word == "output") return block_part(page, marker, expected_output(marker, sources));
  if (marker.word == "value") return value_part(page, marker, sources);
  if (marker.word == "recorded") return recorded_part(page, marker, sources);
  throw Error("unknown marker; there are code, output, recorded and value");
}

std::string today() {
  const std::time_t now = std::time(nullptr);
  std::array<char, 16> text = {};
  std::strftime(text.data(), text.size(), "%F", std::gmtime(&now));
  return text.data();
}

// The processor's name where the system tells it, and how many threads it runs at once.
std::string machine() {
  utsname system = {};
  uname(&system);
  std::string name = system.machine;
  std::ifstream processors("/proc/cpuinfo");
  for (std::string line; std::getline(processors, line);) {
    if (line.starts_with("model name")) name = split(line, ":").second;
  }
  return name + ", " + std::to_string(std::thread::hardware_concurrency()) + " threads";
}

// The line on which the page shows a figure; behind the last if on none.
std::size_t line_of_figure(const Page& page, const std::string& name) {
  for (const Link& link : links(page)) {
    if (link.is_image && link.target == "figures/" + name) return link.line;
  }
  return page.lines.size();
}

}  // namespace

std::vector<Part> generated_parts(const Page& page, const Sources& sources, Findings& findings) {
  std::vector<Part> parts;
  for (const Marker& marker : page.markers) {
    try {
      parts.push_back(part_of(page, marker, sources));
    } catch (const Error& error) {
      const std::string name = marker.word + ": " + marker.argument;
      findings.push_back({marker.line, "<!-- " + name + " -->: " + error.what()});
    }
  }
  return parts;
}

Findings check_parts(const std::vector<Part>& parts) {
  Findings findings;
  for (const Part& part : parts) {
    if (part.lines == part.expected) continue;
    if (part.is_value) {
      findings.push_back({part.line, part.name + ": the page says " + part.lines.front() +
                                         ", the program prints " + part.expected.front()});
    } else {
      const Difference found = difference(part.lines, part.expected, part.line);
      findings.push_back({part.line + found.line,
                          part.name + ": the page (-) is not what it should be (+)", found.text});
    }
  }
  return findings;
}

Lines with_parts(const Page& page, const std::vector<Part>& parts) {
  Lines lines = page.lines;
  // From the end, so that what is replaced moves nothing that is still to come.
  for (std::size_t i = parts.size(); i-- > 0;) {
    const Part& part = parts[i];
    if (part.is_value) {
      lines[part.line].replace(part.column, part.lines.front().size(), part.expected.front());
      continue;
    }
    const auto begin = lines.begin() + static_cast<std::ptrdiff_t>(part.line);
    const auto end = begin + static_cast<std::ptrdiff_t>(part.lines.size());
    lines.insert(lines.erase(begin, end), part.expected.begin(), part.expected.end());
  }
  return lines;
}

Findings check_output(const Page& page, const Run& run) {
  const std::size_t end = page.lines.empty() ? 0 : page.lines.size() - 1;
  Findings findings;
  if (run.exit_code != 0) {
    findings.push_back(
        {0, "the program fails with exit code " + std::to_string(run.exit_code), run.errors});
  }
  if (!run.output.before.empty()) {
    findings.push_back({end,
                        "the program prints before its first section, where no page can show "
                        "it: " +
                            run.output.before.front()});
  }
  std::set<std::string> names;
  for (const Section& section : run.output.sections) {
    if (!names.insert(section.name).second) {
      findings.push_back({end, "the program prints two sections ## " + section.name});
    }
    const auto shows = [&section](const Marker& marker) {
      return (marker.word == "output" || marker.word == "recorded") &&
             marker.argument == section.name;
    };
    if (std::none_of(page.markers.begin(), page.markers.end(), shows)) {
      findings.push_back({end, "the output ## " + section.name + " is shown nowhere"});
    }
  }
  return findings;
}

Findings check_figures(const Page& page, const Run& run) {
  const fs::path folder = chapter_folder(page) / "figures";
  const std::size_t end = page.lines.empty() ? 0 : page.lines.size() - 1;
  Findings findings;
  for (const auto& [name, bytes] : run.figures) {
    const std::size_t line = line_of_figure(page, name);
    const std::string figure = "figure figures/" + name;
    if (line == page.lines.size()) {
      findings.push_back({end, figure + " is shown nowhere"});
    } else if (!fs::exists(folder / name)) {
      findings.push_back({line, figure + " is missing; weave update writes it"});
    } else if (read_file(folder / name) != bytes) {
      const Difference found = difference(lines_of(read_file(folder / name)), lines_of(bytes), 0);
      findings.push_back(
          {line, figure + ": the file (-) is not what the program draws (+)", found.text});
    }
  }
  if (!fs::is_directory(folder)) return findings;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    const std::string name = fs::relative(entry.path(), folder).generic_string();
    if (!entry.is_regular_file() || run.figures.contains(name)) continue;
    if (name.starts_with("recorded/")) continue;
    const std::size_t line = std::min(line_of_figure(page, name), end);
    findings.push_back({line, "figure figures/" + name + " is not drawn by the program"});
  }
  return findings;
}

std::size_t update_figures(const Page& page, const Run& run, const std::string& folder) {
  std::size_t n_changed = 0;
  for (const auto& [name, bytes] : run.figures) {
    const fs::path path = chapter_folder(page) / folder / name;
    fs::create_directories(path.parent_path());
    n_changed += replace_file(path, bytes);
  }
  return n_changed;
}

Lines with_recorded(const Page& page, const std::string& scene, const Run& run) {
  const Section* section = run.output.find(scene);
  if (run.exit_code != 0 || section == nullptr) {
    throw Error("the scene " + scene + " cannot be recorded: " + run.errors);
  }
  for (const Marker& marker : page.markers) {
    if (marker.word != "recorded" || marker.argument != scene) continue;
    Lines lines = section->lines;
    lines.insert(lines.begin(), "recorded " + today() + " on " + machine());
    return with_parts(page, {block_part(page, marker, lines)});
  }
  throw Error("the page has no marker <!-- recorded: " + scene + " -->");
}

}  // namespace transformer::weave
