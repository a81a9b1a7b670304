#include "src/run/flags.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdint>
#include <type_traits>

#include "src/base/error.hpp"
#include "src/io/numbers.hpp"

namespace transformer {

template <class Number>
Number number_between(const std::string& flag, const std::string& text, double low, double high) {
  const std::optional<Number> number = number_in<Number>(text);
  if (number && static_cast<Number>(low) <= *number && *number <= static_cast<Number>(high)) {
    return *number;
  }
  // Written as text, the bounds of a whole number look like one.
  fail(ExitCode::usage,
       "{} must be a {} from {:.16g} to {:.16g}, but is '{}'; --help lists the flags", flag,
       std::is_integral_v<Number> ? "whole number" : "number", low, high, text);
}

template <class Number>
CLI::Option* number_flag(CLI::App& command, const std::string& name, Number& value, double low,
                         double high, const std::string& meaning) {
  // Not CLI11's own reading of numbers: there 010 is eight.
  const auto read = [=, &value](const std::string& text) {
    value = number_between<Number>(name, text, low, high);
  };
  return command.add_option_function<std::string>(name, read, meaning)
      ->type_name(std::is_integral_v<Number> ? "INT" : "FLOAT")
      ->default_str(fmt::to_string(value));
}

template std::int64_t number_between(const std::string&, const std::string&, double, double);
template double number_between(const std::string&, const std::string&, double, double);

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

namespace {

std::string is_name(const std::string& text) {
  return text.empty() ? "must be a name, but is ''" : std::string();
}

}  // namespace

CLI::Option* path_flag(CLI::App& command, const std::string& name, std::filesystem::path& path,
                       const std::string& meaning) {
  return command.add_option(name, path, meaning)->check(is_name);
}

CLI::Option* paths_flag(CLI::App& command, const std::string& name,
                        std::vector<std::filesystem::path>& paths, const std::string& meaning) {
  return command.add_option(name, paths, meaning)->check(is_name)->allow_extra_args(false);
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
