// Which of the compiled instruction sets runs.
#pragma once

#include <string_view>
#include <vector>

namespace transformer {

enum class InstructionSet { baseline, avx2, avx512 };

std::string_view name_of(InstructionSet set);

/// The sets that this binary holds and this processor has, slowest first; baseline is always there.
std::vector<InstructionSet> available_instruction_sets();

/// The set in use: what `TRANSFORMER_ISA` (baseline, avx2 or avx512) asks for, else the fastest.
/// Throws Error (usage) where the variable names a set that is unknown or not there.
InstructionSet instruction_set();

/// Switches to another available set: for tests that go through all of them.
void use_instruction_set(InstructionSet set);

}  // namespace transformer
