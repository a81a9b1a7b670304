// The commands of `weave`, of which --help says what each does.
#pragma once

#include <ostream>
#include <string>
#include <vector>

namespace transformer::weave {

/// Does what the arguments say and returns the exit code: 0 if the pages are as they should be, 1
/// if not, 2 for a mistake in the call. What is wrong is written to `out`, mistakes to `errors`.
int run_command(const std::vector<std::string>& arguments, std::ostream& out, std::ostream& errors);

}  // namespace transformer::weave
