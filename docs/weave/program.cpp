#include "docs/weave/program.hpp"

#include <stdlib.h>  // NOLINT(modernize-deprecated-headers): mkdtemp
#include <sys/wait.h>
#include <unistd.h>  // mkdtemp of macOS

#include <cstdlib>

namespace transformer::weave {
namespace {

namespace fs = std::filesystem;

// A folder that is gone at the end.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string pattern = (fs::temp_directory_path() / "weave.XXXXXX").string();
    if (mkdtemp(pattern.data()) == nullptr) throw Error(pattern + ": cannot be created");
    path_ = pattern;
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  fs::path operator/(const char* name) const { return path_ / name; }

 private:
  fs::path path_;
};

// A word for the shell.
std::string quoted(const fs::path& path) {
  std::string word = "'";
  for (const char c : path.string()) word += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return word + "'";
}

}  // namespace

const Section* Output::find(std::string_view name) const {
  for (const Section& section : sections) {
    if (section.name == name) return &section;
  }
  return nullptr;
}

std::set<std::string> Output::values(std::string_view name) const {
  const std::string prefix = std::string(name) + ": ";
  std::set<std::string> found;
  for (const Section& section : sections) {
    for (const std::string& line : section.lines) {
      if (line.starts_with(prefix)) found.emplace(trimmed(line.substr(prefix.size())));
    }
  }
  return found;
}

Output parse_output(std::string_view text) {
  Output output;
  for (const std::string& line : lines_of(text)) {
    if (line.starts_with("## ")) {
      output.sections.push_back({std::string(trimmed(line.substr(3))), {}});
    } else if (output.sections.empty()) {
      output.before.push_back(line);
    } else {
      output.sections.back().lines.push_back(line);
    }
  }
  output.before = without_blank_edges(output.before);
  for (Section& section : output.sections) section.lines = without_blank_edges(section.lines);
  return output;
}

Run run_program(const fs::path& program, const std::string& scene) {
  if (!fs::is_regular_file(program)) throw Error(program.string() + ": there is no such program");
  const TemporaryFolder folder;
  const fs::path figures = folder / "figures", printed = folder / "out", errors = folder / "err";
  fs::create_directory(figures);
  const std::string command = (scene.empty() ? "TRANSFORMER_ISA=baseline exec " : "exec ") +
                              quoted(fs::absolute(program)) + " --figures " + quoted(figures) +
                              (scene.empty() ? "" : " " + quoted(fs::path(scene))) +
                              " </dev/null >" + quoted(printed) + " 2>" + quoted(errors);
  const int status = std::system(command.c_str());  // NOLINT(cert-env33-c,concurrency-mt-unsafe)
  const int exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);

  Run run{exit_code, parse_output(read_file(printed)), read_file(errors), {}};
  for (const auto& entry : fs::recursive_directory_iterator(figures)) {
    if (!entry.is_regular_file()) continue;
    run.figures[fs::relative(entry.path(), figures).generic_string()] = read_file(entry.path());
  }
  return run;
}

}  // namespace transformer::weave
