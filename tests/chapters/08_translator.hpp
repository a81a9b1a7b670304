// The translator as its users run it: a folder with a corpus of some dozens of lines, command
// lines for models so small that they train in milliseconds, and what an answer must look like.
#pragma once

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "chapters/08_translation/trained_model.hpp"
#include "src/base/error.hpp"
#include "src/base/philox.hpp"
#include "tests/support/process.hpp"
#include "tests/support/temporary_folder.hpp"

namespace transformer::test {

using Arguments = std::vector<std::string>;

inline Arguments operator+(Arguments arguments, const Arguments& more) {
  arguments.insert(arguments.end(), more.begin(), more.end());
  return arguments;
}

/// The command line with flags set to other values, or added: {"--seed", "2"}.
inline Arguments with(Arguments arguments, const Arguments& flags_and_values) {
  for (size_t i = 0; i < flags_and_values.size(); i += 2) {
    const auto flag = std::find(arguments.begin(), arguments.end(), flags_and_values[i]);
    if (flag == arguments.end()) {
      arguments.insert(arguments.end(), {flags_and_values[i], flags_and_values[i + 1]});
    } else {
      *(flag + 1) = flags_and_values[i + 1];
    }
  }
  return arguments;
}

inline Outcome translator(const Launch& launch) { return run(TRANSLATOR, launch); }
inline Outcome translator(const Arguments& arguments) {
  return translator(Launch{.arguments = arguments});
}

/// The lines of a text, without what ends them.
inline std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  for (size_t begin = 0; begin < text.size();) {
    const size_t end = std::min(text.find('\n', begin), text.size());
    lines.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return lines;
}

inline std::string last_line_of(const std::string& text) {
  const std::vector<std::string> lines = lines_of(text);
  return lines.empty() ? std::string() : lines.back();
}

inline bool has(const std::string& text, std::string_view part) {
  return text.find(part) != text.npos;
}

/// A language in which "cat" is "TAC" and sentences go backwards.
struct SmallCorpus {
  static constexpr int n_pairs = 48;
  std::string source, target;

  SmallCorpus() {
    constexpr std::string_view words[] = {"cat", "dog", "bird", "sees", "eats",  "old",
                                          "red", "the", "a",    "milk", "house", "bread"};
    for (std::uint32_t i = 0; i < n_pairs; ++i) {
      const RandomKey key{11, i, 0};
      std::string sentence, translation;
      for (std::uint32_t j = 0; j < 1 + key.below(0, 7); ++j) {
        const std::string word(words[key.below(1 + j, std::size(words))]);
        sentence += (j == 0 ? "" : " ") + word;
        std::string reversed(word.rbegin(), word.rend());
        for (char& c : reversed) c = static_cast<char>(c - 'a' + 'A');
        translation = reversed + (j == 0 ? "" : " ") + translation;
      }
      source += sentence + "\n";
      target += translation + "\n";
    }
  }
};

/// A folder with that corpus in it, and the runs that a test trains there.
struct Workplace {
  TemporaryFolder folder;
  Arguments files{"--source", folder.write("corpus.source", SmallCorpus().source).string(),
                  "--target", folder.write("corpus.target", SmallCorpus().target).string()};

  std::string path(std::string_view name) const { return (folder / name).string(); }
  TranslatorPaths run_paths(std::string_view run) const { return TranslatorPaths(folder / run); }
  std::string checkpoint(std::string_view run) const { return bytes_of(run_paths(run).checkpoint); }

  /// The command that trains a tiny model on the corpus, with dropout, three batches an epoch.
  Arguments train(std::string_view run, const Arguments& more = {"--updates", "4"}) const {
    return Arguments{"train", "--run", path(run)} + files + tiny_model() + more;
  }
  Arguments translate(std::string_view run, const Arguments& more = {}) const {
    return Arguments{"translate", "--run", path(run), "--threads", "1"} + more;
  }
  Arguments evaluate(std::string_view run) const {
    return Arguments{"evaluate", "--run", path(run), "--threads", "1"} + files;
  }

  static Arguments tiny_model() {
    return {"--d-model", "8",   "--d-ff",    "16", "--n-heads",      "2",  "--n-layers",     "1",
            "--p-drop",  "0.2", "--threads", "1",  "--batch-tokens", "96", "--warmup-steps", "4"};
  }
};

/// The flags with which a model learns most of the corpus in some hundred updates.
inline Arguments learning() {
  return {"--d-model",
          "32",
          "--d-ff",
          "32",
          "--p-drop",
          "0",
          "--warmup-steps",
          "100",
          "--learning-rate-scale",
          "0.5"};
}

/// The flags that let the corpus judge what learns it.
inline Arguments validation(const Workplace& work) {
  return {"--valid-source", work.path("corpus.source"), "--valid-target",
          work.path("corpus.target")};
}

/// True where the program gave up as documented: this exit code, nothing on standard output, one
/// line `error: ...` on standard error, with all `parts` in it.
inline boost::test_tools::predicate_result gives_up(const Outcome& outcome, ExitCode code,
                                                    const std::vector<std::string>& parts) {
  const bool is_one_line = lines_of(outcome.err).size() == 1 && outcome.err.ends_with('\n');
  boost::test_tools::predicate_result result(
      outcome.exit_code == static_cast<int>(code) && outcome.out.empty() && is_one_line &&
      outcome.err.starts_with("error: ") &&
      std::all_of(parts.begin(), parts.end(), [&](const std::string& part) {
        return outcome.err.find(part) != std::string::npos;
      }));
  if (!result) {
    result.message() << "exit code " << outcome.exit_code << " (expected " << static_cast<int>(code)
                     << "), standard output '" << outcome.out << "', standard error '"
                     << outcome.err << "' (expected one line with";
    for (const std::string& part : parts) result.message() << " '" << part << "'";
    result.message() << ")";
  }
  return result;
}

/// True where the program did its work.
inline boost::test_tools::predicate_result succeeds(const Outcome& outcome) {
  boost::test_tools::predicate_result result(outcome.exit_code == 0);
  if (!result) {
    result.message() << "exit code " << outcome.exit_code << ", standard error '" << outcome.err
                     << "'";
  }
  return result;
}

}  // namespace transformer::test
