// A program whose k-th call of a kind meets a fault.
#pragma once

#include <fmt/format.h>

#include <filesystem>
#include <map>
#include <string>

#include "tests/support/fault.hpp"

namespace transformer::test {

/// What the library FAULT_PRELOAD makes of a program that is started with its environment.
struct FaultPlan {
  Fault fault = Fault::none;
  std::string function = "any";  ///< Calls of this function are counted; "any": of each.
  int at = 1;                    ///< Which of them meets the fault, from 1.
  int error = 0;                 ///< The error number, where it fails.

  /// `seen` is a file that is made when the fault happens.
  std::map<std::string, std::string> environment(const std::filesystem::path& seen) const {
    return {{"LD_PRELOAD", FAULT_PRELOAD},
            {"TRANSFORMER_FAULT",
             fmt::format("{} {} {} {}", static_cast<int>(fault), function, at, error)},
            {"TRANSFORMER_FAULT_SEEN", seen.string()}};
  }
};

}  // namespace transformer::test
