// What this program is made of.
#pragma once

#include <string>

namespace transformer {

/// Several lines: the project, the compiler, the instruction sets that it can use here and the one
/// that it does, the libraries.
std::string version_text();

}  // namespace transformer
