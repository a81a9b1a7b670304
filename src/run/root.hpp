// Where the project's own files are, for programs that read and write beside their source.
#pragma once

#include <filesystem>

namespace transformer {

/// The folder that holds chapters/, data/ and src/, as it was when the program was built.
std::filesystem::path project_root();

}  // namespace transformer
