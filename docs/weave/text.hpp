// Text as lines, and files as text.
#pragma once

#include <filesystem>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace transformer::weave {

using Lines = std::vector<std::string>;

/// What a search returns that found nothing.
inline constexpr std::size_t npos = std::string::npos;

/// A mistake in a call, or a file that cannot be read or written: one line, which says what to do.
class Error : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// All bytes of a file. Throws Error where it cannot be read.
std::string read_file(const std::filesystem::path& path);

/// Puts `bytes` in the place of the file, if it holds anything else: either all of it or nothing.
/// Returns whether the file changed. Throws Error where it cannot be written.
bool replace_file(const std::filesystem::path& path, std::string_view bytes);

/// The lines of a text, without their ends, and the text that lines make.
Lines lines_of(std::string_view text);
std::string text_of(const Lines& lines);

/// Text without the white space around it; lines without the blank ones around them.
std::string_view trimmed(std::string_view text);
Lines without_blank_edges(const Lines& lines);
bool is_blank(std::string_view line);

/// The number of blanks that a line begins with.
std::size_t indentation(std::string_view line);

/// Splits at the first `separator`: what stands before and after it, both trimmed. The second part
/// is empty where there is no separator.
struct Halves {
  std::string first, second;
};
Halves split(std::string_view text, std::string_view separator);

}  // namespace transformer::weave
