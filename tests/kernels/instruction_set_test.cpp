// The choice of the instruction set.
#include <boost/test/unit_test.hpp>
#include <cstdlib>

#include "src/base/error.hpp"
#include "src/kernels/instruction_set.hpp"
#include "src/kernels/table.hpp"

namespace transformer {

BOOST_AUTO_TEST_SUITE(instruction_set_test)

BOOST_AUTO_TEST_CASE(the_baseline_is_always_there_and_comes_first) {
  const std::vector<InstructionSet> sets = available_instruction_sets();
  BOOST_REQUIRE(!sets.empty());
  BOOST_TEST((sets.front() == InstructionSet::baseline));
  BOOST_TEST(std::ranges::is_sorted(sets));
}

BOOST_AUTO_TEST_CASE(the_environment_or_else_the_fastest_is_in_use) {
  const char* wish = std::getenv("TRANSFORMER_ISA");
  const std::string_view expected =
      wish != nullptr && *wish != '\0' ? wish : name_of(available_instruction_sets().back());
  BOOST_TEST(name_of(instruction_set()) == expected);
}

BOOST_AUTO_TEST_CASE(a_switch_changes_the_kernels) {
  const InstructionSet before = instruction_set();
  use_instruction_set(InstructionSet::baseline);
  BOOST_TEST(&kernel::active_kernels() == &kernel::baseline_kernels);
  for (const InstructionSet set : available_instruction_sets()) {
    use_instruction_set(set);
    BOOST_TEST((instruction_set() == set));
    BOOST_TEST((&kernel::active_kernels() == &kernel::baseline_kernels) ==
               (set == InstructionSet::baseline));
  }
  use_instruction_set(before);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace transformer
