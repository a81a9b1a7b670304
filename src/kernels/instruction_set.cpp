#include "src/kernels/instruction_set.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdlib>
#include <string>

#include "src/base/error.hpp"
#include "src/kernels/table.hpp"

namespace transformer {
namespace {

using kernel::KernelTable;

constexpr std::array<std::string_view, 3> names = {"baseline", "avx2", "avx512"};

/// The kernels of a set, or null where this binary or this processor lacks it.
const KernelTable* table_of(InstructionSet set) {
  switch (set) {
    case InstructionSet::baseline:
      return &kernel::baseline_kernels;
#if defined(TRANSFORMER_HAS_AVX)
    // These ask whether the system saves the wide registers, too.
    case InstructionSet::avx2:
      return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") ? &kernel::avx2_kernels
                                                                             : nullptr;
    case InstructionSet::avx512:
      return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512cd") &&
                     __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512bw") &&
                     __builtin_cpu_supports("avx512vl")
                 ? &kernel::avx512_kernels
                 : nullptr;
#endif
    default:
      return nullptr;
  }
}

/// What the environment asks for, else the fastest.
InstructionSet chosen_set() {
  const std::vector<InstructionSet> available = available_instruction_sets();
  const char* wish = std::getenv("TRANSFORMER_ISA");
  if (wish == nullptr || *wish == '\0') return available.back();
  std::string choices;
  for (const InstructionSet set : available) {
    if (name_of(set) == wish) return set;
    choices += choices.empty() ? "" : ", ";
    choices += name_of(set);
  }
  fail(ExitCode::usage, "TRANSFORMER_ISA={}: not available here; choose one of: {}", wish, choices);
}

struct Active {
  std::atomic<InstructionSet> set;
  std::atomic<const KernelTable*> table;

  Active() { use(chosen_set()); }
  void use(InstructionSet wanted) {
    set = wanted;
    table = table_of(wanted);
  }
};

Active& active() {
  static Active the_active;
  return the_active;
}

}  // namespace

std::string_view name_of(InstructionSet set) { return names[static_cast<size_t>(set)]; }

std::vector<InstructionSet> available_instruction_sets() {
  std::vector<InstructionSet> sets;
  for (const InstructionSet set :
       {InstructionSet::baseline, InstructionSet::avx2, InstructionSet::avx512}) {
    if (table_of(set) != nullptr) sets.push_back(set);
  }
  return sets;
}

InstructionSet instruction_set() { return active().set; }

void use_instruction_set(InstructionSet set) {
  if (table_of(set) == nullptr) {
    fail(ExitCode::usage, "instruction set {} is not available here", name_of(set));
  }
  active().use(set);
}

const kernel::KernelTable& kernel::active_kernels() {
  return *active().table.load(std::memory_order_relaxed);
}

}  // namespace transformer
