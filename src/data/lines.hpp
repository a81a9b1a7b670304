// Lines of UTF-8 text from files that nobody promised to be clean.
#pragma once

#include <array>
#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "src/base/index.hpp"
#include "src/io/file.hpp"

namespace transformer {

/// What to do with bytes that are not UTF-8, and with NUL.
enum class InvalidUtf8 {
  refuse,   ///< An Error (bad_data): file, line and byte.
  replace,  ///< Such a byte, with the continuation bytes after it, becomes one U+FFFD.
};

/// Reads a file, or a pipe, line by line in bounded memory. Only LF ends a line, and one CR before
/// it goes with it; U+2028 and its kin are ordinary characters. A byte order mark at the very
/// beginning is dropped. The last line counts without its LF too. A line of more than
/// `most_line_bytes` is refused, and so is a file whose lines end with CR alone, which would be one
/// line.
class LineReader {
 public:
  static constexpr Index most_line_bytes = Index{16} << 20;

  /// `path` may be "-" for standard input. Throws (no_input) when it is missing or a folder.
  explicit LineReader(const std::filesystem::path& path, InvalidUtf8 policy = InvalidUtf8::refuse);

  /// Puts the next line into `line`; false when there is none. Throws (bad_data) where a byte is
  /// not UTF-8 and may not be replaced, where a line is too long, and where lines end with CR
  /// alone.
  bool next(std::string& line);

  const std::string& name() const { return file_.name(); }
  /// The number of lines so far, and so the number of the last one, counted from 1.
  Index n_lines() const { return n_lines_; }
  /// How many replacement characters `InvalidUtf8::replace` put in.
  Index n_replaced() const { return n_replaced_; }
  /// Bytes of the longest line so far: above a million, LF is hardly what ends lines in this file.
  Index longest_line() const { return longest_line_; }
  /// True where the file began with a byte order mark.
  bool had_byte_order_mark() const { return n_dropped_ > 0; }

 private:
  bool read_raw_line(std::string& line);
  void refuse_too_long(const std::string& line) const;
  void refuse_lines_of_cr(const std::string& line);
  void drop_byte_order_mark(std::string& line);
  void check(std::string& line);

  File file_;
  InvalidUtf8 policy_;
  std::array<std::byte, 65536> buffer_;
  std::string_view rest_;  // what is left in buffer_
  Index n_lines_ = 0;
  Index n_replaced_ = 0;
  Index longest_line_ = 0;
  Index n_dropped_ = 0;  // bytes of the mark, before the first byte of line 1
  Index n_cr_ = 0;       // CRs inside lines
};

/// Puts the next line of each of two files that belong together line by line into `line_a` and
/// `line_b`; false when there is none. Throws Error (bad_data) where only one has ended: both
/// counts and the first unpaired line are named.
bool next_pair(LineReader& a, LineReader& b, std::string& line_a, std::string& line_b);

/// All lines of a file.
std::vector<std::string> read_lines(const std::filesystem::path& path);

/// The first byte of `text` that is not UTF-8 (too long a form, a surrogate, beyond U+10FFFF or cut
/// short count as such) or is NUL; `text.size()` when there is none.
size_t find_invalid_utf8(std::string_view text);
/// As much of `text` as fits into so many bytes, whole characters.
std::string_view first_characters(std::string_view text, size_t n_bytes);
/// Does to `text` what InvalidUtf8::replace says, and returns how many characters it put in.
Index replace_invalid_utf8(std::string& text);

}  // namespace transformer
