#include "src/run/flags.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdint>
#include <type_traits>

#include "src/base/error.hpp"
#include "src/io/numbers.hpp"

namespace transformer {

template <class Number>
CLI::Option* number_flag(CLI::App& command, const std::string& name, Number& value, double low,
                         double high, const std::string& meaning) {
  constexpr bool is_whole = std::is_integral_v<Number>;
  // Not CLI11's own reading of numbers: there 010 is eight.
  const auto read = [=, &value](const std::string& text) {
    const std::optional<Number> number = number_in<Number>(text);
    if (!number || *number < static_cast<Number>(low) || *number > static_cast<Number>(high)) {
      // Written as text, the bounds of a whole number look like one.
      throw CLI::ValidationError(
          name, fmt::format("must be a {} from {:.15g} to {:.15g}, but is '{}'",
                            is_whole ? "whole number" : "number", low, high, text));
    }
    value = *number;
  };
  return command.add_option_function<std::string>(name, read, meaning)
      ->type_name(is_whole ? "INT" : "FLOAT")
      ->default_str(fmt::to_string(value));
}

template CLI::Option* number_flag(CLI::App&, const std::string&, int&, double, double,
                                  const std::string&);
template CLI::Option* number_flag(CLI::App&, const std::string&, std::int64_t&, double, double,
                                  const std::string&);
template CLI::Option* number_flag(CLI::App&, const std::string&, std::uint64_t&, double, double,
                                  const std::string&);
template CLI::Option* number_flag(CLI::App&, const std::string&, float&, double, double,
                                  const std::string&);
template CLI::Option* number_flag(CLI::App&, const std::string&, double&, double, double,
                                  const std::string&);

CLI::Option* path_flag(CLI::App& command, const std::string& name, std::filesystem::path& path,
                       const std::string& meaning) {
  const auto is_name = [](const std::string& text) {
    return text.empty() ? "must be a name, but is ''" : std::string();
  };
  return command.add_option(name, path, meaning)->check(is_name);
}

std::optional<int> parse(CLI::App& app, int argc, const char* const* argv) {
  try {
    app.parse(argc, argv);
    return {};
  } catch (const CLI::Success& request) {
    return app.exit(request);
  } catch (const CLI::ParseError& error) {
    fail(ExitCode::usage, "{}; --help lists the flags", error.what());
  }
}

}  // namespace transformer
