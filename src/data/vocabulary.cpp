#include "src/data/vocabulary.hpp"

#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <utility>

#include "src/base/error.hpp"
#include "src/data/lines.hpp"
#include "src/data/tokens.hpp"
#include "src/io/atomic_file.hpp"
#include "src/io/digest.hpp"

namespace transformer {
namespace {

constexpr std::array<std::string_view, Vocabulary::n_special> special_tokens = {"<unk>", "<s>",
                                                                                "</s>"};

bool is_special(std::string_view token) {
  return std::find(special_tokens.begin(), special_tokens.end(), token) != special_tokens.end();
}

bool is_one_token(std::string_view text) {
  const std::vector<std::string_view> tokens = split(text);
  return tokens.size() == 1 && tokens[0] == text;
}

}  // namespace

Vocabulary::Vocabulary(std::span<const std::string> tokens)
    : tokens_(special_tokens.begin(), special_tokens.end()) {
  for (const std::string& token : tokens) add(token, "vocabulary");
}

void Vocabulary::add(std::string_view token, const std::string& where) {
  if (!is_one_token(token)) {
    fail(ExitCode::bad_data, "{}: '{}' is not one token; remove white space", where, token);
  }
  if (is_special(token) || !ids_.emplace(token, static_cast<TokenId>(size())).second) {
    fail(ExitCode::bad_data, "{}: token '{}' is there twice; remove one", where, token);
  }
  tokens_.emplace_back(token);
}

Vocabulary Vocabulary::of_lines(std::span<const std::string> lines, const std::string& name) {
  Vocabulary vocabulary;
  for (size_t i = 0; i < special_tokens.size(); ++i) {
    if (i >= lines.size() || lines[i] != special_tokens[i]) {
      fail(ExitCode::bad_data, "{}:{}: expected '{}'; this is not a vocabulary", name, i + 1,
           special_tokens[i]);
    }
  }
  for (size_t i = special_tokens.size(); i < lines.size(); ++i) {
    vocabulary.add(lines[i], fmt::format("{}:{}", name, i + 1));
  }
  return vocabulary;
}

Vocabulary Vocabulary::load(const std::filesystem::path& path) {
  const File regular = File::regular(path);  // a pipe would be waited for
  return of_lines(read_lines(path), path.string());
}

Vocabulary Vocabulary::parse(std::string_view text, const std::string& name) {
  if (find_invalid_utf8(text) < text.size()) {
    fail(ExitCode::bad_data, "{}: is not UTF-8 text; use another copy", name);
  }
  std::vector<std::string> lines;
  for (size_t begin = 0, end = 0; begin < text.size(); begin = end + 1) {
    end = std::min(text.find('\n', begin), text.size());
    lines.emplace_back(text.substr(begin, end - begin));
  }
  return of_lines(lines, name);
}

void Vocabulary::save(const std::filesystem::path& path) const { replace_file(path, text()); }

std::string Vocabulary::text() const { return fmt::format("{}\n", fmt::join(tokens_, "\n")); }

std::string Vocabulary::digest() const { return digest_of(text()); }

TokenId Vocabulary::id(std::string_view token) const {
  const auto found = ids_.find(token);
  return found == ids_.end() ? unknown : found->second;
}

Index Vocabulary::encode(std::span<const std::string_view> tokens,
                         std::vector<TokenId>& ids) const {
  Index n_unknown = 0;
  for (const std::string_view token : tokens) {
    ids.push_back(id(token));
    n_unknown += ids.back() == unknown;
  }
  return n_unknown;
}

std::vector<std::string_view> Vocabulary::decode(std::span<const TokenId> ids) const {
  std::vector<std::string_view> tokens;
  for (const TokenId id : ids) {
    if (id != sentence_begin && id != sentence_end) tokens.push_back(token(id));
  }
  return tokens;
}

TokenId TokenCounts::add(std::string_view token) {
  auto found = numbers_.find(token);
  if (found == numbers_.end()) {
    found = numbers_.emplace(token, n_different()).first;
    tokens_.push_back(found->first);
    counts_.push_back(0);
  }
  ++counts_[static_cast<size_t>(found->second)];
  return found->second;
}

Vocabulary TokenCounts::vocabulary(Index max_size, Index min_count) const {
  if (max_size <= Vocabulary::n_special) {
    fail(ExitCode::usage, "a vocabulary of {} tokens has no room for words; choose more than {}",
         max_size, Vocabulary::n_special);
  }
  std::vector<std::pair<Index, std::string_view>> sorted;  // negative counts: `<` sorts both
  for (TokenId number = 0; number < n_different(); ++number) {
    const Index count = counts_[static_cast<size_t>(number)];
    if (count >= min_count && !is_special(token(number)))
      sorted.emplace_back(-count, token(number));
  }
  std::sort(sorted.begin(), sorted.end());

  std::vector<std::string> tokens;
  for (const auto& [count, token] : sorted) {
    if (static_cast<Index>(tokens.size()) == max_size - Vocabulary::n_special) break;
    tokens.emplace_back(token);
  }
  return Vocabulary(tokens);
}

}  // namespace transformer
