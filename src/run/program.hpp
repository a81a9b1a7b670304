// What every main function needs around its work.
#pragma once

#include <functional>
#include <string_view>

namespace transformer {

/// Runs `body` and returns what `main` returns: what it returned, or the exit code of what went
/// wrong, which is said in one line `error: ...` on standard error. `when_memory_is_short` says
/// what to do where there is too little. Standard streams that were closed, or whose reader goes
/// away, are errors of this kind, too.
int run_program(std::string_view when_memory_is_short, const std::function<int()>& body);

}  // namespace transformer
