#include "docs/weave/text.hpp"

#include <fstream>
#include <iterator>

namespace transformer::weave {

std::string read_file(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::string bytes(std::istreambuf_iterator<char>(file), {});
  if (!file.is_open() || file.bad() || std::filesystem::is_directory(path)) {
    throw Error(path.string() + ": cannot be read");
  }
  return bytes;
}

bool replace_file(const std::filesystem::path& path, std::string_view bytes) {
  if (std::filesystem::exists(path) && read_file(path) == bytes) return false;
  const std::filesystem::path fresh = path.string() + ".new";
  std::ofstream file(fresh, std::ios::binary);
  file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  file.close();
  std::error_code error;
  if (file) std::filesystem::rename(fresh, path, error);
  if (!file || error) throw Error(path.string() + ": cannot be written");
  return true;
}

Lines lines_of(std::string_view text) {
  Lines lines;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    lines.emplace_back(text.substr(0, end));
    text.remove_prefix(end == npos ? text.size() : end + 1);
  }
  return lines;
}

std::string text_of(const Lines& lines) {
  std::string text;
  for (const std::string& line : lines) text += line + "\n";
  return text;
}

std::string_view trimmed(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(" \t\r");
  if (begin == npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t\r") + 1 - begin);
}

bool is_blank(std::string_view line) { return trimmed(line).empty(); }

Lines without_blank_edges(const Lines& lines) {
  auto begin = lines.begin();
  auto end = lines.end();
  while (begin != end && is_blank(*begin)) ++begin;
  while (begin != end && is_blank(*(end - 1))) --end;
  return {begin, end};
}

std::size_t indentation(std::string_view line) {
  return std::min(line.find_first_not_of(' '), line.size());
}

Halves split(std::string_view text, std::string_view separator) {
  const std::size_t at = text.find(separator);
  if (at == npos) return {std::string(trimmed(text)), ""};
  return {std::string(trimmed(text.substr(0, at))),
          std::string(trimmed(text.substr(at + separator.size())))};
}

}  // namespace transformer::weave
