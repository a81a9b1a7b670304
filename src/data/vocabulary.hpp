// Tokens and their numbers.
#pragma once

#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "src/base/index.hpp"

namespace transformer {

/// Lets a map with string keys be asked with a string_view.
struct StringHash {
  using is_transparent = void;
  size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
};
template <class Value>
using StringMap = std::unordered_map<std::string, Value, StringHash, std::equal_to<>>;

/// The tokens that a model knows, numbered from 0. One vocabulary serves both languages, because
/// source embedding, target embedding and output matrix are shared (section 3.4).
///
/// The first three are special and have no text: a token of a text that is written like one of them
/// is unknown, like any other that is not in the vocabulary.
class Vocabulary {
 public:
  static constexpr TokenId unknown = 0;         ///< `<unk>`
  static constexpr TokenId sentence_begin = 1;  ///< `<s>`
  static constexpr TokenId sentence_end = 2;    ///< `</s>`
  static constexpr TokenId n_special = 3;

  /// The special tokens and then `tokens`. Throws (bad_data) when one is there twice, is empty or
  /// has white space in it.
  explicit Vocabulary(std::span<const std::string> tokens = {});
  /// Reads what `save` wrote. Throws (no_input, bad_data).
  static Vocabulary load(const std::filesystem::path& path);
  /// Writes `text()` to a file, atomically.
  void save(const std::filesystem::path& path) const;

  /// Reads what `text` gave; `name` is what messages call it. Throws (bad_data).
  static Vocabulary parse(std::string_view text, const std::string& name);
  /// One token a line, in the order of their numbers.
  std::string text() const;

  Index size() const { return static_cast<Index>(tokens_.size()); }
  TokenId id(std::string_view token) const;
  std::string_view token(TokenId id) const { return tokens_[static_cast<size_t>(id)]; }

  /// Appends the numbers of `tokens` to `ids`; returns how many are unknown.
  Index encode(std::span<const std::string_view> tokens, std::vector<TokenId>& ids) const;
  /// The tokens of `ids`, without the marks of a sentence's begin and end; views of the vocabulary.
  std::vector<std::string_view> decode(std::span<const TokenId> ids) const;

  /// A fingerprint of all tokens in their order: the digest of `text()`.
  std::string digest() const;

 private:
  static Vocabulary of_lines(std::span<const std::string> lines, const std::string& name);
  void add(std::string_view token, const std::string& where);

  std::vector<std::string> tokens_;
  StringMap<TokenId> ids_;
};

/// The tokens of a text, numbered as they come, and how often each occurs.
class TokenCounts {
 public:
  TokenCounts() = default;
  TokenCounts(TokenCounts&&) = default;
  TokenCounts& operator=(TokenCounts&&) = default;

  /// Counts a token once more; returns its number.
  TokenId add(std::string_view token);

  TokenId n_different() const { return static_cast<TokenId>(counts_.size()); }
  std::string_view token(TokenId number) const { return tokens_[static_cast<size_t>(number)]; }

  /// The vocabulary of at most `max_size` tokens (special ones included) that occur at least
  /// `min_count` times: the most frequent first, equally frequent ones in the order of their bytes.
  Vocabulary vocabulary(Index max_size, Index min_count = 1) const;

 private:
  StringMap<TokenId> numbers_;
  std::vector<std::string_view>
      tokens_;  // views of the keys of numbers_, which stay where they are
  std::vector<Index> counts_;
};

}  // namespace transformer
