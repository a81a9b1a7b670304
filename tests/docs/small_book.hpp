// A book of two chapters in a temporary folder, and the tool weave at work on it.
#pragma once

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "docs/weave/command_line.hpp"
#include "tests/support/temporary_folder.hpp"

namespace transformer::test {

/// What a run of the tool did.
struct Called {
  int exit_code;
  std::string out, errors;
};

inline Called weave_with(const std::vector<std::string>& arguments) {
  std::ostringstream out, errors;
  const int exit_code = weave::run_command(arguments, out, errors);
  return {exit_code, out.str(), errors.str()};
}

/// Chapter 01 has a piece, a program (a script) and a page on which all is well.
class SmallBook {
 public:
  SmallBook() {
    for (const char* folder : {"chapters/01_first/figures", "chapters/02_second", "docs", "src"}) {
      std::filesystem::create_directories(folder_ / folder);
    }
    folder_.write("README.md", "# A book\n\n## The chapters\n");
    folder_.write("chapters/02_second/README.md", "# 2. Second\n");
    folder_.write(
        "chapters/01_first/piece.cpp",
        "int zero();\n//! [twice]\n  int twice(int x) {\n    return 2 * x;\n  }\n//! [twice]\n");
    folder_.write("chapters/01_first/figures/line.svg", "<svg>\n</svg>\n");
    write_program();
    write_page(page);
  }

  /// What the program prints is `output`; its figure is `figure`.
  void write_program(std::string_view output = printed, std::string_view figure = "<svg>\n</svg>",
                     int exit_code = 0) const {
    std::string script = "#!/bin/sh\ncat <<'END'\n" + std::string(output) + "\nEND\n";
    if (!figure.empty()) {
      script += "cat >\"$2/line.svg\" <<'END'\n" + std::string(figure) + "\nEND\n";
    }
    const std::filesystem::path file =
        folder_.write("program", script + "exit " + std::to_string(exit_code) + "\n");
    std::filesystem::permissions(file, std::filesystem::perms::owner_all);
  }

  void write(std::string_view name, std::string_view text) const { folder_.write(name, text); }
  void write_page(std::string_view text) const { write("chapters/01_first/README.md", text); }
  /// The page, with `before` replaced by `after` where it stands first.
  void change_page(std::string_view before, std::string_view after) const {
    std::string text = read_page();
    text.replace(text.find(before), before.size(), after);
    write_page(text);
  }
  std::string read_page() const { return read("chapters/01_first/README.md"); }
  std::string read(std::string_view name) const { return bytes_of(folder_ / name); }
  std::filesystem::path operator/(std::string_view name) const { return folder_ / name; }

  /// Runs `weave COMMAND` on chapter 01 with its program.
  Called weave(const std::string& command) const {
    return weave_with({command, (folder_ / "chapters/01_first").string(), "--program",
                       (folder_ / "program").string()});
  }

  static constexpr std::string_view printed = "\n## sums\n\n1 + 1\nis\ntwo\n\n## end\nanswer: 4.20";
  static constexpr std::string_view page =
      "# 1. First\n"                                                     // line 1
      "\n"                                                               //
      "The answer, <!-- value: answer -->4.20, is\n"                     // line 3
      "printed. So it is: $x_1 + y$.\n"                                  //
      "\n"                                                               // line 5
      "<!-- code: piece.cpp#twice -->\n"                                 //
      "```cpp\n"                                                         // line 7
      "int twice(int x) {\n"                                             //
      "  return 2 * x;\n"                                                // line 9
      "}\n"                                                              //
      "```\n"                                                            // line 11
      "<!-- output: sums -->\n"                                          //
      "```text\n"                                                        // line 13
      "1 + 1\n"                                                          //
      "is\n"                                                             // line 15
      "two\n"                                                            //
      "```\n"                                                            // line 17
      "![A line](figures/line.svg)\n"                                    //
      "\n"                                                               // line 19
      "<!-- output: end -->\n"                                           //
      "```text\n"                                                        // line 21
      "answer: 4.20\n"                                                   //
      "```\n"                                                            // line 23
      "\n"                                                               //
      "[contents](../../README.md) | [next](../02_second/README.md)\n";  // line 25

 private:
  TemporaryFolder folder_;
};

}  // namespace transformer::test
