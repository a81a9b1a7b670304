#include "docs/weave/command_line.hpp"

#include <algorithm>
#include <filesystem>
#include <optional>

#include "docs/weave/book_data.hpp"
#include "docs/weave/book_filter.hpp"
#include "docs/weave/generated.hpp"
#include "docs/weave/prose.hpp"
#include "docs/weave/questions.hpp"

namespace transformer::weave {
namespace {

namespace fs = std::filesystem;

constexpr const char* usage =
    "weave update PAGE --program PATH [--root DIR]\n"
    "    runs the chapter's program and refreshes code, output, values and figures of its page\n"
    "weave check PAGE... [--program PATH] [--root DIR]\n"
    "    says what on the pages is not what it should be\n"
    "weave record PAGE SCENE --program PATH [--root DIR]\n"
    "    runs a scene that takes long and puts what it prints below <!-- recorded: SCENE -->\n"
    "weave filter FILE [--root DIR]\n"
    "    prints a file as Doxygen should read it\n"
    "weave contents PAGE... | sections PAGE... | symbols PAGE | names TAGS [--root DIR]\n"
    "    prints what the HTML book knows about itself: its list of pages, and for its search and\n"
    "    its tips the sections, the symbols, and the names in a tag file of Doxygen\n"
    "\n"
    "PAGE is a chapter's folder or a Markdown file. The root is the folder of the project: "
    "without\n"
    "--root, the closest folder above the page that holds a folder chapters.\n"
    "Exit codes: 0 all is well, 1 a page is not what it should be, 2 usage.\n";

constexpr std::size_t n_details = 40;  // lines shown of one difference

struct Options {
  std::string command;
  std::vector<fs::path> paths;
  std::optional<fs::path> program, root;
};

Options parse(const std::vector<std::string>& arguments) {
  Options options;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const std::string& argument = arguments[i];
    if (argument == "--program" || argument == "--root") {
      if (++i == arguments.size()) throw Error(argument + " needs a path");
      (argument == "--program" ? options.program : options.root) = arguments[i];
    } else if (argument.starts_with("-")) {
      throw Error("unknown flag " + argument + "; see weave --help");
    } else if (options.command.empty()) {
      options.command = argument;
    } else {
      options.paths.emplace_back(argument);
    }
  }
  return options;
}

fs::path page_file(const fs::path& page) {
  return fs::is_directory(page) ? page / "README.md" : page;
}

fs::path root_of(const Options& options, const fs::path& page) {
  if (options.root) return fs::absolute(*options.root).lexically_normal();
  fs::path folder = fs::absolute(page).lexically_normal().parent_path();
  while (!fs::is_directory(folder / "chapters")) {
    if (folder == folder.parent_path()) throw Error(page.string() + ": is in no project; --root");
    folder = folder.parent_path();
  }
  return folder;
}

// Whether a page is that of a chapter: chapters/NN_name/README.md.
bool is_chapter(const fs::path& page, const fs::path& root) {
  const fs::path folder = fs::absolute(page).lexically_normal().parent_path();
  return folder.parent_path() == root / "chapters" && page.filename() == "README.md";
}

void print(Findings findings, const fs::path& page, const fs::path& root, std::ostream& out) {
  std::stable_sort(findings.begin(), findings.end(),
                   [](const Finding& a, const Finding& b) { return a.line < b.line; });
  const std::string name =
      fs::absolute(page).lexically_normal().lexically_relative(root).generic_string();
  for (const Finding& finding : findings) {
    out << name << ":" << finding.line + 1 << ": " << finding.message << "\n";
    const Lines details = lines_of(finding.details);
    const std::size_t n_shown = std::min(details.size(), n_details);
    for (std::size_t i = 0; i < n_shown; ++i) out << "    " << details[i] << "\n";
    if (n_shown < details.size())
      out << "    ... (" << details.size() - n_shown << " lines more)\n";
  }
}

// All that is wrong with a page.
Findings check(const fs::path& file, const Sources& sources) {
  const Page page = read_page(file);
  Findings findings = check_prose(page);
  const auto add = [&findings](const Findings& more) {
    findings.insert(findings.end(), more.begin(), more.end());
  };
  const std::vector<Part> parts = generated_parts(page, sources, findings);
  add(check_questions(page));
  add(check_parts(parts));
  add(check_links(page, sources.root));
  if (is_chapter(file, sources.root)) add(check_chain(page));
  if (sources.run != nullptr) {
    add(check_output(page, *sources.run));
    add(check_figures(page, *sources.run));
  }
  return findings;
}

int check_pages(const Options& options, std::ostream& out) {
  std::optional<Run> run;
  if (options.program) run = run_program(*options.program);
  bool good = true;
  for (const fs::path& path : options.paths) {
    const fs::path file = page_file(path), root = root_of(options, file);
    const Findings findings = check(file, {root, run ? &*run : nullptr});
    print(findings, file, root, out);
    good = good && findings.empty();
  }
  return good ? 0 : 1;
}

// Refreshes a page and says what it cannot mend.
int update_page(const Options& options, std::ostream& out) {
  if (options.paths.size() != 1 || !options.program) {
    throw Error("update needs one page and --program PATH; see weave --help");
  }
  const fs::path file = page_file(options.paths.front()), root = root_of(options, file);
  const Page page = read_page(file);
  const Run run = run_program(*options.program);
  Findings ignored;
  const std::vector<Part> parts = generated_parts(page, {root, &run}, ignored);
  const auto n_stale = std::count_if(parts.begin(), parts.end(),
                                     [](const Part& part) { return part.lines != part.expected; });
  replace_file(file, text_of(with_parts(page, parts)));
  const std::size_t n_figures = update_figures(page, run);
  out << "refreshed " << n_stale << " of " << parts.size() << " parts and " << n_figures << " of "
      << run.figures.size() << " figures\n";

  const Findings findings = check(file, {root, &run});
  print(findings, file, root, out);
  return findings.empty() ? 0 : 1;
}

int record(const Options& options, std::ostream& out) {
  if (options.paths.size() != 2 || !options.program) {
    throw Error("record needs a page, a scene and --program PATH; see weave --help");
  }
  const std::string scene = options.paths.back().string();
  const Page page = read_page(page_file(options.paths.front()));
  const Run run = run_program(*options.program, scene);
  replace_file(page.path, text_of(with_recorded(page, scene, run)));
  const std::size_t n_figures = update_figures(page, run, "figures/recorded");
  out << "recorded " << scene << " and " << n_figures << " figures\n";
  return 0;
}

// Whether the command asks for what the HTML book knows about itself.
bool print_book_data(const Options& options, std::ostream& out) {
  Paths pages;
  for (const fs::path& path : options.paths) pages.push_back(page_file(path));
  const fs::path& first = pages.front();
  if (options.command == "contents") {
    out << contents_of_book(pages, root_of(options, first));
  } else if (options.command == "sections") {
    out << searchable_sections(pages, root_of(options, first));
  } else if (options.command == "symbols") {
    out << symbols_of(first);
  } else if (options.command == "names") {
    out << searchable_names(first);
  } else {
    return false;
  }
  return true;
}

int run(const Options& options, std::ostream& out) {
  if (options.paths.empty()) throw Error("which page? see weave --help");
  if (options.command == "check") return check_pages(options, out);
  if (options.command == "update") return update_page(options, out);
  if (options.command == "record") return record(options, out);
  if (options.command == "filter" && options.paths.size() == 1) {
    const fs::path& file = options.paths.front();
    out << filtered(file, root_of(options, file));
    return 0;
  }
  if (print_book_data(options, out)) return 0;
  throw Error("unknown command " + options.command + "; see weave --help");
}

}  // namespace

int run_command(const std::vector<std::string>& arguments, std::ostream& out,
                std::ostream& errors) {
  try {
    if (arguments.empty() || arguments == std::vector<std::string>{"--help"}) {
      (arguments.empty() ? errors : out) << usage;
      return arguments.empty() ? 2 : 0;
    }
    return run(parse(arguments), out);
  } catch (const std::exception& error) {
    errors << "error: " << error.what() << "\n";
    return 2;
  }
}

}  // namespace transformer::weave
