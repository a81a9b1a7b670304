#include "src/data/lines.hpp"

#include <utf8.h>

#include <algorithm>

#include "src/base/error.hpp"

namespace transformer {
namespace {

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
constexpr std::string_view replacement_character = "\xEF\xBF\xBD";

bool is_continuation(char byte) { return (static_cast<unsigned char>(byte) & 0xC0) == 0x80; }

}  // namespace

size_t find_invalid_utf8(std::string_view text) {
  const size_t nul = std::min(text.find('\0'), text.size());
  const auto bad = utf8::find_invalid(text.begin(), text.begin() + nul);
  return static_cast<size_t>(bad - text.begin());
}

std::string_view first_characters(std::string_view text, size_t n_bytes) {
  if (text.size() <= n_bytes) return text;
  while (n_bytes > 0 && is_continuation(text[n_bytes])) --n_bytes;
  return text.substr(0, n_bytes);
}

Index replace_invalid_utf8(std::string& text) {
  std::string clean;
  Index n_replaced = 0;
  // Neither search looks twice at a byte, however many of them are bad.
  for (auto rest = text.begin(), nul = rest;; ++n_replaced) {
    if (nul <= rest) nul = std::find(rest, text.end(), '\0');
    const auto bad = utf8::find_invalid(rest, nul);
    clean.append(rest, bad);
    if (bad == text.end()) break;
    clean.append(replacement_character);
    rest = std::find_if_not(bad + 1, text.end(), is_continuation);
  }
  text = std::move(clean);
  return n_replaced;
}

LineReader::LineReader(const std::filesystem::path& path, InvalidUtf8 policy)
    : file_(File::for_reading(path)), policy_(policy) {}

bool LineReader::next(std::string& line) {
  if (!read_raw_line(line)) return false;
  ++n_lines_;
  if (n_lines_ == 1) drop_byte_order_mark(line);
  longest_line_ = std::max(longest_line_, static_cast<Index>(line.size()));
  check(line);
  return true;
}

bool LineReader::read_raw_line(std::string& line) {
  line.clear();
  for (bool is_line = false;; is_line = true) {
    if (rest_.empty()) {
      const Index n = file_.read(buffer_);
      if (n == 0) {
        refuse_lines_of_cr(line);
        return is_line;
      }
      rest_ = {reinterpret_cast<const char*>(buffer_.data()), static_cast<size_t>(n)};
    }
    // Take what belongs to this line: up to LF, or all that is there.
    const size_t end = std::min(rest_.find('\n'), rest_.size());
    line.append(rest_.substr(0, end));
    refuse_too_long(line);
    const bool is_complete = end < rest_.size();
    rest_.remove_prefix(is_complete ? end + 1 : end);
    if (is_complete) {
      if (line.ends_with('\r')) line.pop_back();
      n_cr_ += std::count(line.begin(), line.end(), '\r');
      return true;
    }
  }
}

void LineReader::refuse_too_long(const std::string& line) const {
  if (static_cast<Index>(line.size()) <= most_line_bytes) return;
  fail(ExitCode::bad_data, "{}:{}: a line of more than {} MiB; end each sentence with LF", name(),
       n_lines_ + 1, most_line_bytes >> 20);
}

/// At the end of the file, after its last line, which no LF ended, or nothing. A CR inside a line
/// is white space. Where no LF is anywhere, or where there are more CRs than lines, it was meant to
/// end lines; but who waits for translations gets one for each line.
void LineReader::refuse_lines_of_cr(const std::string& line) {
  const size_t first = line.find('\r');
  const bool has_no_lf = n_lines_ == 0 && first < line.size() - 1 && first != line.npos;
  n_cr_ += std::count(line.begin(), line.end(), '\r');
  const bool has_more_cr = n_cr_ > std::max<Index>(1, n_lines_ + !line.empty());
  if (!has_no_lf && (!has_more_cr || policy_ == InvalidUtf8::replace)) return;
  fail(ExitCode::bad_data, "{}: its lines end with CR alone, not with LF; {}", name(),
       "convert it, for example with tr '\\r' '\\n'");
}

void LineReader::drop_byte_order_mark(std::string& line) {
  if (!line.starts_with(byte_order_mark)) return;
  line.erase(0, byte_order_mark.size());
  n_dropped_ = static_cast<Index>(byte_order_mark.size());
}

void LineReader::check(std::string& line) {
  const size_t bad = find_invalid_utf8(line);
  if (bad == line.size()) return;
  if (policy_ == InvalidUtf8::replace) {
    n_replaced_ += replace_invalid_utf8(line);
    return;
  }
  const Index place = static_cast<Index>(bad) + 1 + (n_lines_ == 1 ? n_dropped_ : 0);
  fail(ExitCode::bad_data, "{}:{}:{}: byte 0x{:02X} is not UTF-8 text; {}", name(), n_lines_, place,
       static_cast<unsigned char>(line[bad]),
       line[bad] == '\0' ? "remove it, or give a file of text"
                         : "convert the file to UTF-8, for example with iconv");
}

namespace {

[[noreturn]] void fail_unpaired(LineReader& a, LineReader& b) {
  // Count the longer file to its end, so that the message can say how far they are apart.
  const Index first = std::max(a.n_lines(), b.n_lines());
  std::string line;
  while (a.next(line)) continue;
  while (b.next(line)) continue;
  fail(ExitCode::bad_data,
       "{} has {} lines, {} {}; first unpaired line {}; give each line of one a line of the other",
       a.name(), a.n_lines(), b.name(), b.n_lines(), first);
}

}  // namespace

bool next_pair(LineReader& a, LineReader& b, std::string& line_a, std::string& line_b) {
  const bool a_goes_on = a.next(line_a), b_goes_on = b.next(line_b);
  if (a_goes_on != b_goes_on) fail_unpaired(a, b);
  return a_goes_on;
}

std::vector<std::string> read_lines(const std::filesystem::path& path) {
  std::vector<std::string> lines;
  LineReader reader(path);
  for (std::string line; reader.next(line);) lines.push_back(line);
  return lines;
}

}  // namespace transformer
