// Flags of a command line.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace CLI {
class App;
class Option;
}  // namespace CLI

namespace transformer {

/// The number that the text of a flag is. Throws Error (usage) where it is none from `low` to
/// `high`, or not a whole one where `Number` is. `Number` is int, Index, std::uint64_t, float or
/// double.
template <class Number>
Number number_between(const std::string& flag, const std::string& text, double low, double high);

/// A flag for a number from `low` to `high`, a whole one where `Number` is whole. Without the flag
/// `value` stays what it is.
template <class Number>
CLI::Option* number_flag(CLI::App& command, const std::string& name, Number& value, double low,
                         double high, const std::string& meaning);

/// A flag for the name of a file or of a folder.
CLI::Option* path_flag(CLI::App& command, const std::string& name, std::filesystem::path& path,
                       const std::string& meaning);

/// The same, which may be given several times, for one name each.
CLI::Option* paths_flag(CLI::App& command, const std::string& name,
                        std::vector<std::filesystem::path>& paths, const std::string& meaning);

/// A flag for each number of a list of settings (src/io/settings.hpp).
template <class Settings>
void setting_flags(CLI::App& command, Settings& settings) {
  each_setting(settings, [&](std::string_view name, auto& value, auto low, auto high,
                             const std::string& meaning) {
    number_flag(command, "--" + std::string(name), value, static_cast<double>(low),
                static_cast<double>(high), meaning);
  });
}

/// Reads the command line. Returns the exit code where it asked for help, which is printed. Throws
/// Error (usage).
std::optional<int> parse(CLI::App& app, int argc, const char* const* argv);

}  // namespace transformer
