// What can happen to a call to the system.
#pragma once

namespace transformer::test {

/// What happens instead of one call.
enum class Fault {
  none,         ///< Nothing: calls are only listed.
  fail,         ///< It fails with `error`.
  exit_before,  ///< The process ends before it, as by kill -9.
  exit_after,   ///< The process ends after it.
  interrupt,    ///< It fails with EINTR, and works when repeated.
  shorten,      ///< A write takes only one byte.
};

/// With which a process ends that meets exit_before or exit_after.
inline constexpr int exit_code_of_fault = 9;

}  // namespace transformer::test
