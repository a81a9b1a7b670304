// Where the toy corpus is.
#pragma once

#include <string>

#include "src/data/parallel_corpus.hpp"
#include "src/run/root.hpp"

namespace transformer {

/// The two files of a part of the toy corpus: "train", "valid" or "test".
inline ParallelFiles toy_files(const std::string& part) {
  const std::filesystem::path toy = project_root() / "data" / "toy";
  return {toy / (part + ".en"), toy / (part + ".fr")};
}

}  // namespace transformer
