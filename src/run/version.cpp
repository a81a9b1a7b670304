#include "src/run/version.hpp"

#include <fmt/format.h>

#include "src/kernels/instruction_set.hpp"

namespace transformer {

std::string version_text() {
  std::string sets;
  for (const InstructionSet set : available_instruction_sets()) {
    sets += fmt::format("{}{}", sets.empty() ? "" : ", ", name_of(set));
  }
  return fmt::format("{}\ninstruction sets: {}; in use: {}\n{}", TRANSFORMER_VERSION, sets,
                     name_of(instruction_set()), TRANSFORMER_LIBRARIES);
}

}  // namespace transformer
