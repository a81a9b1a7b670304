// Expectations about the errors that a user sees.
#pragma once

#include <boost/test/unit_test.hpp>
#include <string>
#include <string_view>

#include "src/base/error.hpp"

namespace transformer::test {

/// True where `function()` throws an Error of one line with this code and with `part` in its
/// message.
template <class Function>
boost::test_tools::predicate_result fails(ExitCode code, std::string_view part,
                                          Function&& function) {
  boost::test_tools::predicate_result result(false);
  try {
    function();
    result.message() << "nothing was thrown";
  } catch (const Error& error) {
    const std::string_view message = error.what();
    const bool is_one_line = message.find('\n') == std::string_view::npos;
    result = error.code() == code && is_one_line && message.find(part) != std::string_view::npos;
    if (!result) {
      result.message() << "code " << static_cast<int>(error.code()) << ": " << message
                       << " (expected code " << static_cast<int>(code) << " and \"" << part
                       << "\")";
    }
  }
  return result;
}

}  // namespace transformer::test
