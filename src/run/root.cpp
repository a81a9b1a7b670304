#include "src/run/root.hpp"

namespace transformer {

std::filesystem::path project_root() { return TRANSFORMER_ROOT; }

}  // namespace transformer
