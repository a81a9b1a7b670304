// What the main function of every chapter needs: flags, and errors as one line and an exit code.
#pragma once

#include <filesystem>
#include <functional>
#include <string>

namespace transformer {

/// What the flags of a chapter's program say.
struct ChapterOptions {
  std::filesystem::path figures;  ///< Where figures are written; `--figures DIR`.
  std::filesystem::path
      trace;  ///< Where to write a page to step through; `--trace FILE`, or empty.
};

/// Reads the flags, runs `body` and returns what `main` returns. `chapter` is the chapter's folder,
/// such as "03_scaled_dot_product_attention"; `summary` is one sentence for `--help`. `body`
/// returns the exit code, mostly that of ReferenceCheck::finish(). An exception becomes one line
/// `error: ...` on standard error, and its exit code.
int run_chapter(int argc, const char* const* argv, const std::string& chapter,
                const std::string& summary, const std::function<int(const ChapterOptions&)>& body);

}  // namespace transformer
